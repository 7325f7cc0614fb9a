/**
 * Correlated pushes: admission, correlation, time limits and ends. Imports {@code registration} and
 * what that may import.
 */
@NullMarked
package dev.frontdoor.push;

import org.jspecify.annotations.NullMarked;
