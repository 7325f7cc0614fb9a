/**
 * How notifiers are called: which ones in which order, their settings and matching, their threads,
 * timeouts, one call, the suspension of a notifier that fails, and the reconciler that keeps what
 * each notifier holds as it should be. It has more than a dozen files because it also contains what
 * all packages above it measure and schedule with ({@code Sampler}, {@code Timeouts}, {@code
 * PlatformThreads}, {@code WorkerMdc}). Imports {@code notifier} and what that may import.
 */
@NullMarked
package dev.frontdoor.invocation;

import org.jspecify.annotations.NullMarked;
