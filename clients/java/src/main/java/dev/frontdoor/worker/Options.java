package dev.frontdoor.worker;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;

/** What a worker is built from. The builder has checked all of it. */
record Options(
        URI url,
        Registration registration,
        PushHandler handler,
        Map<String, String> labels,
        String userAgent,
        TokenSource token,
        boolean bearer,
        int capacity,
        boolean stopOnRejection,
        Duration initialBackoff,
        Duration maxBackoff,
        Duration stableAfter,
        Duration connectTimeout,
        Duration answerTimeout,
        Duration silence,
        Duration pongTimeout,
        Duration stopGrace,
        int maxMessage,
        EventListener listener,
        HttpClient http,
        Executor executor) {

    /** The header {@code Worker-Labels}: a dictionary of strings (RFC 9651). */
    String labelsHeader() {
        StringBuilder header = new StringBuilder();
        new TreeMap<>(labels)
                .forEach((name, text) ->
                        header.append(header.isEmpty() ? "" : ", ")
                                .append(name)
                                .append("=\"")
                                .append(text.replace("\\", "\\\\").replace("\"", "\\\""))
                                .append('"'));
        return header.toString();
    }
}
