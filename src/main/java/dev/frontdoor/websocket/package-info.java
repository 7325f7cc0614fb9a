/**
 * The WebSocket transport: event loops, the limits of HTTP beside and before an upgrade, the
 * upgrade itself, pipeline, message assembly, and close handshake. Imports {@code connection} and
 * what that may import; nobody imports it. It has more than a dozen files because each handler of a
 * pipeline has one job and a file of its own.
 */
@NullMarked
package dev.frontdoor.websocket;

import org.jspecify.annotations.NullMarked;
