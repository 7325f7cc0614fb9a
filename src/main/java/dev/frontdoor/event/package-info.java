/**
 * What happens to workers, notifiers and the service, as events with sequence numbers, and the last
 * of them. It imports {@code logging} and what that may import. The packages in which something
 * happens record it here; {@code actuate} streams it.
 */
@NullMarked
package dev.frontdoor.event;

import org.jspecify.annotations.NullMarked;
