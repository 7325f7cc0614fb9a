/**
 * How notifiers are called: which ones in which order, their settings and matching, one call, the
 * suspension of a notifier that fails, and the reconciler that keeps what each notifier holds as it
 * should be. It has more than a dozen files because each of these has a small state of its own
 * ({@code CircuitBreaker}, {@code RecentCalls}, {@code FailureLog}, …), and because all packages
 * above measure with what is here ({@code Sampler}, {@code WorkerMdc}). Imports {@code logging} and
 * what that may import.
 */
@NullMarked
package dev.frontdoor.invocation;

import org.jspecify.annotations.NullMarked;
