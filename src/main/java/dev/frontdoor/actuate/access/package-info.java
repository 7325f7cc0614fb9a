/**
 * Who may do what on the management port: tokens, the decision about each request, and the log of
 * changes. It imports {@code notifier} and {@code protocol} only.
 */
@NullMarked
package dev.frontdoor.actuate.access;

import org.jspecify.annotations.NullMarked;
