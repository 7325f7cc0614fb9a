/**
 * Frames as JSON, for workers that ask for the subprotocol {@code frontdoor.json.v1}. Imports
 * {@code protocol} only.
 */
@NullMarked
package dev.frontdoor.websocket.json;

import org.jspecify.annotations.NullMarked;
