/**
 * The console of the service: log lines wait in a bounded queue and are written by a thread of
 * their own, so that no other thread waits for the reader of standard output. It escapes what could
 * forge a line. It imports {@code notifier} only. It knows Logback, and leaves its configuration to
 * Spring Boot.
 */
@NullMarked
package dev.frontdoor.logging;

import org.jspecify.annotations.NullMarked;
