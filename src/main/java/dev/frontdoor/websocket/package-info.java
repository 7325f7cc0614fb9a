/**
 * The WebSocket transport: event loops, upgrade, pipeline, message assembly, close handshake and
 * the client's address. Imports {@code connection} and what that may import; nobody imports it.
 * Each handler of the pipeline has one job and a file of its own.
 */
@NullMarked
package dev.frontdoor.websocket;

import org.jspecify.annotations.NullMarked;
