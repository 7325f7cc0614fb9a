package dev.frontdoor.webhook;

import org.jspecify.annotations.Nullable;
import org.springframework.util.StringUtils;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.nio.charset.StandardCharsets;

/** The result of one attempt to send an event. */
sealed interface WebhookResult {

    /** The receiver accepted the event. */
    record Accepted() implements WebhookResult {}

    /**
     * The receiver rejected the worker.
     *
     * @param reason the reason that the worker receives
     */
    record Rejected(String reason) implements WebhookResult {}

    /**
     * The receiver did not decide.
     *
     * @param what a predicate for the receiver, such as "cannot be reached"
     * @param mayHaveAccepted whether the receiver may have accepted the event
     * @param cause the exception, or null if there was a response
     */
    record Failed(String what, boolean mayHaveAccepted, @Nullable Throwable cause)
            implements WebhookResult {}

    JsonMapper MAPPER = JsonMapper.builder().build();

    /** The length of the longest reason, in characters. */
    int MAX_REASON = 500;

    /** The result in words, for logs. */
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
     * The meaning of a response.
     *
     * @param status its HTTP status
     * @param body its content, or the start of it
     */
    static WebhookResult of(int status, byte[] body) {
        return switch (status) {
            case 425, 429 -> new Failed("responded with status " + status, false, null);
            case 408 -> new Failed("responded with status " + status, true, null);
            default ->
                    switch (status / 100) {
                        case 2 -> new Accepted();
                        case 3 -> new Failed("responded with status " + status, false, null);
                        case 4 -> new Rejected(reason(status, body));
                        default -> new Failed("responded with status " + status, true, null);
                    };
        };
    }

    private static String reason(int status, byte[] body) {
        try {
            JsonNode reason = MAPPER.readTree(body).path("reason");
            if (reason.isString() && StringUtils.hasText(reason.stringValue())) {
                return truncate(reason.stringValue());
            }
        } catch (JacksonException _) {
            // A body that is not JSON has no reason.
        }
        return "rejected by the webhook with status " + status;
    }

    /** Shortens a reason and replaces lone surrogates, which a frame cannot carry. */
    private static String truncate(String reason) {
        int end = Math.min(reason.length(), MAX_REASON);
        if (end < reason.length() && Character.isHighSurrogate(reason.charAt(end - 1))) {
            end--;
        }
        byte[] wellFormed = reason.substring(0, end).getBytes(StandardCharsets.UTF_8);
        return new String(wellFormed, StandardCharsets.UTF_8);
    }
}
