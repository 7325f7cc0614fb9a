/**
 * A shipped notifier that calls an HTTP service. It sends each registration as a CloudEvents event,
 * and the response decides. It sends each end from a queue, repeatedly if necessary. Imports {@code
 * notifier} and {@code protocol}, like any other notifier, and {@code logging}. It has more than a
 * dozen files because it is a whole feature: events, client, queue, delivery, settings and their
 * checks.
 */
@NullMarked
package dev.frontdoor.webhook;

import org.jspecify.annotations.NullMarked;
