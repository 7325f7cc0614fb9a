package dev.frontdoor.actuate.access;

import dev.frontdoor.test.HttpResponse;
import dev.frontdoor.test.server.HttpSocket;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.util.List;

/** Sends requests of operators with the headers of a test. */
final class OperatorRequest {

    private OperatorRequest() {}

    /**
     * Sends a request on a connection, and closes it.
     *
     * @param request method and path; a change has a JSON object as its body
     * @param headers whole lines
     */
    static HttpResponse send(HttpSocket connection, String request, String... headers)
            throws IOException {
        String host = String.join("\n", headers).startsWith("Host:") ? "" : "Host: localhost\r\n";
        String body = request.startsWith("GET") || request.startsWith("OPTIONS") ? "" : "{}";
        try (connection) {
            return connection
                    .send(
                            "%s HTTP/1.1\r\n%s%s\r\nContent-Type: application/json\r\nContent-Length: %s\r\nConnection: close\r\n\r\n%s"
                                    .formatted(
                                            request,
                                            host,
                                            String.join("\r\n", headers),
                                            body.length(),
                                            body))
                    .answer();
        }
    }

    /** The header with a token. */
    static String bearer(String token) {
        return "Authorization: Bearer " + token;
    }

    /** What a client is asked for, and why. */
    static String challenge(HttpResponse response) {
        List<String> challenges = response.header("WWW-Authenticate");
        return challenges.size() == 1 ? challenges.getFirst() : challenges.toString();
    }

    /** The reason in a refusal. */
    static String message(HttpResponse response) {
        return json(response).required("message").stringValue();
    }

    /** The body. */
    static JsonNode json(HttpResponse response) {
        return JsonMapper.shared().readTree(response.body());
    }
}
