/**
 * The worker's WebSocket: the upgrade, one connection's frames, limits, heartbeat, refusals and
 * drain. The only package that knows Netty and the web server; imports {@code push} and what that
 * may import.
 */
@NullMarked
package dev.frontdoor.connection;

import org.jspecify.annotations.NullMarked;
