/**
 * The WebSocket transport: event loops, upgrade, pipeline, message assembly, and close handshake.
 * Imports {@code connection} and what that may import; nobody imports it. Each handler of the
 * pipeline has one job and a file of its own.
 */
@NullMarked
package dev.frontdoor.websocket;

import org.jspecify.annotations.NullMarked;
