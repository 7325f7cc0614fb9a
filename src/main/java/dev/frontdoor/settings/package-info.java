/**
 * Checks of settings that Spring Boot leaves out: unknown names, arguments that it would ignore,
 * and white space around tokens. They run before any bean exists, and so import no other package.
 */
@NullMarked
package dev.frontdoor.settings;

import org.jspecify.annotations.NullMarked;
