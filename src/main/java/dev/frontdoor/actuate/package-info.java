/**
 * What operators see: endpoints and health, thin views over the rest, answering with descriptor
 * records of their own. Nobody imports it.
 */
@NullMarked
package dev.frontdoor.actuate;

import org.jspecify.annotations.NullMarked;
