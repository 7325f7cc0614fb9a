/**
 * The threads of notifier calls, and the one thread that everything waits on for its time limit.
 * Nothing here knows notifiers. {@link dev.frontdoor.invocation.thread.PlatformThreads} runs calls,
 * {@link dev.frontdoor.invocation.thread.Timeouts} ends waits.
 */
@NullMarked
package dev.frontdoor.invocation.thread;

import org.jspecify.annotations.NullMarked;
