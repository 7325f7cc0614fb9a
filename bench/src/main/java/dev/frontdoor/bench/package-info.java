/**
 * What the service costs, side by side with bare servers in one run: starts each as a process of
 * its own, loads them in turn, and writes down what was measured.
 */
@NullMarked
package dev.frontdoor.bench;

import org.jspecify.annotations.NullMarked;
