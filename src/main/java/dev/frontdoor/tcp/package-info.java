/**
 * The TCP transport: a port on which workers send frames one behind the other, without WebSocket.
 * Imports {@code connection} and what that may import; nobody imports it. There are no close codes:
 * a refusal is a ConnectError, and every end is a half close.
 */
@NullMarked
package dev.frontdoor.tcp;

import org.jspecify.annotations.NullMarked;
