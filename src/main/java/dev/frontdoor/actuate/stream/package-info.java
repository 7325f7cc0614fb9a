/**
 * The events as a stream for operators. It imports {@code connection} and what that may import. No
 * package imports it.
 */
@NullMarked
package dev.frontdoor.actuate.stream;

import org.jspecify.annotations.NullMarked;
