package dev.frontdoor.webhook;

import org.jspecify.annotations.Nullable;
import org.springframework.util.StringUtils;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.nio.charset.StandardCharsets;

/** What came of one POST. */
sealed interface WebhookResult {

    /** The receiver took the event. */
    record Accepted() implements WebhookResult {}

    /**
     * The receiver turned the worker away.
     *
     * @param reason what the worker is told
     */
    record Rejected(String reason) implements WebhookResult {}

    /**
     * The receiver gave no answer that decides anything, or none at all.
     *
     * @param what what happened, for operators
     * @param mayHaveTaken whether the receiver may have acted on the event all the same
     * @param cause what was thrown, if anything was
     */
    record Failed(String what, boolean mayHaveTaken, @Nullable Throwable cause)
            implements WebhookResult {}

    JsonMapper MAPPER = JsonMapper.builder().build();

    /** The longest reason a worker is told, in characters. */
    int MAX_REASON = 500;

    /** What came of it, as a log says it. */
    default String description() {
        return switch (this) {
            case Accepted() -> "accepted";
            case Rejected(String reason) -> "rejected: " + reason;
            case Failed failed ->
                    failed.cause() == null
                            ? failed.what()
                            : "%s (%s)".formatted(failed.what(), failed.cause());
        };
    }

    /**
     * What an answer means.
     *
     * @param status its HTTP status
     * @param body its content, or the start of it
     */
    static WebhookResult of(int status, byte[] body) {
        return switch (status) {
            case 425, 429 -> new Failed("answered " + status, false, null);
            case 408 -> new Failed("answered " + status, true, null);
            default ->
                    switch (status / 100) {
                        case 2 -> new Accepted();
                        case 3 -> new Failed("answered " + status, false, null);
                        case 4 -> new Rejected(reason(status, body));
                        default -> new Failed("answered " + status, true, null);
                    };
        };
    }

    private static String reason(int status, byte[] body) {
        try {
            JsonNode answer = MAPPER.readTree(body);
            JsonNode reason = answer.path("reason");
            if (reason.isString() && StringUtils.hasText(reason.stringValue())) {
                return cut(reason.stringValue());
            }
        } catch (JacksonException e) {
            // An answer that cannot be read gives no reason.
        }
        return "turned away by the webhook with status " + status;
    }

    /** Bounded, and free of halves of characters, which no frame may carry. */
    private static String cut(String reason) {
        int end = Math.min(reason.length(), MAX_REASON);
        if (end < reason.length() && Character.isHighSurrogate(reason.charAt(end - 1))) {
            end--;
        }
        byte[] wellFormed = reason.substring(0, end).getBytes(StandardCharsets.UTF_8);
        return new String(wellFormed, StandardCharsets.UTF_8);
    }
}
