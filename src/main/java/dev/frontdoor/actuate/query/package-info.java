/**
 * Counts of workers by what they declare, for endpoints and meters. It imports {@code connection}
 * and what that may import; only {@code actuate} imports it.
 */
@NullMarked
package dev.frontdoor.actuate.query;

import org.jspecify.annotations.NullMarked;
