package dev.frontdoor.webhook;

import org.jspecify.annotations.Nullable;
import org.springframework.util.StringUtils;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

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
     * The receiver cannot process this event, because of its content.
     *
     * @param status the status of its response
     */
    record Unprocessable(int status) implements WebhookResult {}

    /**
     * The receiver did not decide.
     *
     * @param what a predicate for the receiver, such as "cannot be reached"
     * @param mayHaveAccepted whether the receiver may have accepted the event
     * @param cause the exception, or null if there was a response
     * @param retryAfter the pause that the receiver asks for; zero if it asks for none
     */
    record Failed(
            String what, boolean mayHaveAccepted, @Nullable Throwable cause, Duration retryAfter)
            implements WebhookResult {

        /** A failure after which the receiver asks for no pause. */
        Failed(String what, boolean mayHaveAccepted, @Nullable Throwable cause) {
            this(what, mayHaveAccepted, cause, Duration.ZERO);
        }
    }

    JsonMapper MAPPER = JsonMapper.builder().build();

    /** The length of the longest reason, in characters. */
    int MAX_REASON = 500;

    /** The result in words, for logs. */
    default String description() {
        return switch (this) {
            case Accepted() -> "accepted";
            case Rejected(String reason) -> "rejected: " + reason;
            case Unprocessable(int status) -> responded(status);
            case Failed failed ->
                    failed.cause() == null
                            ? failed.what()
                            : "%s (%s)".formatted(failed.what(), failed.cause());
        };
    }

    /**
     * The meaning of a response. Few statuses judge the worker; all others are failures of the
     * receiver, or of what stands before it.
     *
     * @param status its HTTP status
     * @param body its content, or the start of it
     * @param retryAfter the pause that it asks for; zero if it asks for none
     */
    static WebhookResult of(int status, byte[] body, Duration retryAfter) {
        String what = responded(status);
        return switch (status) {
            case 403, 409, 422 -> new Rejected(reason(status, body));
            case 400, 413, 415, 431 -> new Unprocessable(status);
            case 408 -> new Failed(what, true, null);
            case 429 -> new Failed(what, false, null, retryAfter);
            case 503 -> new Failed(what, true, null, retryAfter);
            default ->
                    switch (status / 100) {
                        case 2 -> new Accepted();
                        case 3, 4 -> new Failed(what, false, null);
                        default -> new Failed(what, true, null);
                    };
        };
    }

    private static String responded(int status) {
        return "responded with status " + status;
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
