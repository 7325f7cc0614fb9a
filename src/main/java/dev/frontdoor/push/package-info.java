/**
 * Correlated pushes: their admission, correlation, timeouts and outcomes. It imports {@code
 * registration} and what that may import.
 */
@NullMarked
package dev.frontdoor.push;

import org.jspecify.annotations.NullMarked;
