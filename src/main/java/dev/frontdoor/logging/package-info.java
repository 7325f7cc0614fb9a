/**
 * The log output of the service. Every line is escaped, so that no text can forge another line.
 * Lines of the console wait in a bounded queue and are written by a thread of their own, so that no
 * other thread waits for the reader of standard output. Lines that repeat are summarized. It
 * imports {@code notifier} only, and every package above that may import it. It knows Logback, and
 * leaves its configuration to Spring Boot.
 */
@NullMarked
package dev.frontdoor.logging;

import org.jspecify.annotations.NullMarked;
