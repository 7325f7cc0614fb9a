package dev.frontdoor.webhook;

import org.jspecify.annotations.Nullable;

/** The receiver did not decide about a worker. */
final class WebhookException extends RuntimeException {

    WebhookException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
