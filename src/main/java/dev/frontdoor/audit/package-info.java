/**
 * A shipped notifier that logs which workers came and went, one structured line for each event.
 * Imports {@code notifier} and {@code protocol} only, like any other notifier.
 */
@NullMarked
package dev.frontdoor.audit;

import org.jspecify.annotations.NullMarked;
