/**
 * The WebSocket transport: event loops, upgrade, pipeline, message assembly, close handshake and
 * the client's address. Imports {@code connection} and what that may import; nobody imports it.
 */
@NullMarked
package dev.frontdoor.websocket;

import org.jspecify.annotations.NullMarked;
