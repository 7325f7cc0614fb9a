package dev.frontdoor.connection;

import dev.frontdoor.invocation.Labeled;
import dev.frontdoor.protocol.ReasonCode;

/** Why a message from a worker had no effect. Each is a value of a metric label. */
public enum FrameRefusal implements Labeled {
    INCOMPLETE_HEADER,
    INCOMPLETE_PAYLOAD,
    STREAM_NOT_ALLOWED,
    MALFORMED_PAYLOAD,
    BROKEN_WEBSOCKET,
    TEXT_MESSAGE,
    TOO_LARGE,
    /** A message that the service has no memory for. */
    NO_MEMORY,
    NOT_ALLOWED_IN_STATE,
    /** Channels, conversations and links, which this service does not serve. */
    NOT_SERVED,
    /** A publication that no notifier consumed. */
    NOT_CONSUMED,
    /** A reply to a push that has ended, or never was. */
    UNAWAITED_REPLY,
    /** A frame that only a server sends, or a message of a link. */
    SERVER_ONLY,
    UNKNOWN_TYPE;

    public static FrameRefusal of(ReasonCode reason) {
        return switch (reason) {
            case INCOMPLETE_HEADER -> INCOMPLETE_HEADER;
            case INCOMPLETE_PAYLOAD -> INCOMPLETE_PAYLOAD;
            case STREAM_NOT_ALLOWED -> STREAM_NOT_ALLOWED;
            case UNKNOWN_TYPE -> UNKNOWN_TYPE;
            case NOT_ALLOWED_IN_STATE, AUTHENTICATION_FAILED, NO_COMMON_VERSION ->
                    NOT_ALLOWED_IN_STATE;
            case SCHEMA_INCOMPATIBLE,
                    MALFORMED_PAYLOAD,
                    PUBLICATION_UNCERTAIN,
                    WORKER_BUSY,
                    WORKER_INVALID,
                    WORKER_UNAVAILABLE,
                    WORKER_INTERNAL,
                    OTHER ->
                    MALFORMED_PAYLOAD;
        };
    }
}
