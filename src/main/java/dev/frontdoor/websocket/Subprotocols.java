package dev.frontdoor.websocket;

import dev.frontdoor.websocket.json.JsonFrames;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;

import java.util.List;

/**
 * The subprotocols that workers may ask for.
 *
 * @param json whether frames as JSON are served
 */
record Subprotocols(boolean json) {

    /** Whether an upgrade asks for subprotocols, and none of them is served. */
    boolean serveNoneOf(HttpRequest request) {
        return request.headers().contains(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL)
                && !selectJson(request);
    }

    /** Whether the messages of an upgrade's connection are JSON. */
    boolean selectJson(HttpRequest request) {
        List<String> asked = request.headers().getAll(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL);
        return json
                && asked.stream()
                        .flatMap(line -> List.of(line.split(",")).stream())
                        .anyMatch(name -> name.strip().equals(JsonFrames.SUBPROTOCOL));
    }
}
