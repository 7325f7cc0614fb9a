/**
 * How notifiers are called: which ones in which order, their settings and matching, the permits for
 * concurrent calls, timeouts, one call, and the reconciler that keeps each notifier's state as it
 * should be. Imports {@code notifier} and what that may import.
 */
@NullMarked
package dev.frontdoor.invocation;

import org.jspecify.annotations.NullMarked;
