package dev.frontdoor.websocket;

import dev.frontdoor.registration.Labels;

import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.QueryStringDecoder;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The labels that a worker declares at its upgrade: section 2 of docs/protocol.md. */
final class DeclaredLabels {

    private static final String HEADER = "Worker-Labels";
    private static final String PARAMETER = "labels=";

    private DeclaredLabels() {}

    /**
     * The labels of a request, by name.
     *
     * @throws IllegalArgumentException if they are malformed; the message is for the client
     */
    static Map<String, String> of(HttpRequest request) {
        List<String> lines = request.headers().getAll(HEADER);
        List<String> parameters = parametersOf(request.uri());
        if (!lines.isEmpty() && !parameters.isEmpty()) {
            throw new IllegalArgumentException(
                    "labels are given in the header Worker-Labels and in the query; only one of these is allowed");
        }
        if (lines.isEmpty() && parameters.isEmpty()) {
            return Map.of();
        }
        String text = String.join(", ", lines.isEmpty() ? parameters : lines);
        try {
            return Labels.add(Map.of(), new LabelsParser(text).parse());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "the labels are malformed: %s. A label is NAME=VALUE; VALUE is a string, a token, an integer or a boolean, without parameters; a comma separates labels; at most %s are allowed"
                            .formatted(e.getMessage(), Labels.MAX_COUNT),
                    e);
        }
    }

    private static List<String> parametersOf(String uri) {
        int query = uri.indexOf('?');
        if (query < 0) {
            return List.of();
        }
        List<String> values = new ArrayList<>();
        for (String parameter : uri.substring(query + 1).split("&", -1)) {
            if (parameter.startsWith(PARAMETER)) {
                values.add(decode(parameter.substring(PARAMETER.length())));
            }
        }
        return values;
    }

    private static String decode(String value) {
        try {
            return QueryStringDecoder.decodeComponent(value, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "the query parameter labels is not percent-encoded correctly", e);
        }
    }
}
