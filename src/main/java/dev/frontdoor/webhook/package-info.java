/**
 * A shipped notifier that asks an HTTP service: every registration is POSTed as a CloudEvents event
 * and its answer decides; every end follows from a queue, as often as it takes. Imports {@code
 * notifier} and {@code protocol} only, as any notifier could.
 */
@NullMarked
package dev.frontdoor.webhook;

import org.jspecify.annotations.NullMarked;
