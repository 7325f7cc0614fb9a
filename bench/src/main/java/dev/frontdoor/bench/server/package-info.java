/**
 * Servers that answer what the service answers, with nothing behind it: what the wire itself costs
 * on each mount.
 */
@NullMarked
package dev.frontdoor.bench.server;

import org.jspecify.annotations.NullMarked;
