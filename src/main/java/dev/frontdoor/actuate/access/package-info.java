/**
 * Who may do what on the management port: tokens, the decision about each request, and the log of
 * changes. It imports {@code logging} and what that may import.
 */
@NullMarked
package dev.frontdoor.actuate.access;

import org.jspecify.annotations.NullMarked;
