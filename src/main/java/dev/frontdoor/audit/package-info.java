/**
 * A shipped notifier that writes down who came and went, one structured log line an event. Imports
 * {@code notifier} and {@code protocol} only, as any notifier could.
 */
@NullMarked
package dev.frontdoor.audit;

import org.jspecify.annotations.NullMarked;
