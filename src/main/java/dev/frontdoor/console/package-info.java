/**
 * The operators' page: static files of the jar, and where its endpoints are. It imports {@code
 * actuate} and what that may import. No package imports it.
 */
@NullMarked
package dev.frontdoor.console;

import org.jspecify.annotations.NullMarked;
