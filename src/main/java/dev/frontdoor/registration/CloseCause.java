package dev.frontdoor.registration;

import dev.frontdoor.invocation.Labeled;

/**
 * Why the service ends a connection: the close code the worker gets, the reason text where the case
 * has none of its own, and the label in metrics and logs. Codes from 4000 to 4499 invite a worker
 * to come back, those from 4500 on tell it not to. Each is chosen where the fault is found.
 */
public enum CloseCause implements Labeled {
    /** The message is not one whole frame; the reason starts with the reason code. */
    NOT_A_FRAME(1002, "not one whole frame"),
    /** The WebSocket itself was broken: a reserved bit, an unmasked frame, a bad close. */
    BROKEN_WEBSOCKET(1002, "broken WebSocket frame"),
    SECOND_CONNECT(1002, "0x0005 Connect was sent before; it is sent once"),
    NO_COMMON_VERSION(1002, "0x0007 no common protocol version; this service speaks 1.0 to 1.3"),
    TEXT_MESSAGE(1003, "text messages are not served; send binary ones"),
    BAD_TOKEN(1008, "0x0006 the token is not accepted"),
    CONNECT_REQUIRED(1008, "0x0005 this frame is not allowed before Connect has succeeded"),
    MESSAGE_TOO_LARGE(1009, "the message is larger than max-frame-size"),
    CANNOT_AUTHENTICATE(1011, "the credentials cannot be checked now; reconnect after a pause"),
    SERVICE_FAULT(1011, "the service failed; reconnect"),
    SERVICE_RESTART(1012, "the service is restarting; reconnect after a random pause"),
    MOVED(1012, "moved to another instance; reconnect after a random pause"),
    CONNECTION_AGE(1012, "the connection has reached its age; reconnect after a random pause"),
    CONNECTION_LIMIT(4003, "the connection limit is reached; reconnect later"),
    CONNECT_TIMEOUT(4010, "no Connect in time"),
    REGISTRATION_TIMEOUT(4011, "no WorkerRegister in time"),
    HEARTBEAT_TIMEOUT(4012, "nothing heard, not even a pong"),
    SLOW_READER(4013, "the worker reads too slowly"),
    CREDENTIAL_EXPIRED(4014, "the credential has expired; reconnect with a fresh one"),
    CREDENTIAL_REVOKED(4014, "the credential was revoked; reconnect with another one"),
    MESSAGE_TIMEOUT(4015, "one message took too long to arrive"),
    UNFINISHED_MESSAGES(4016, "too many unfinished messages; reconnect after a pause"),
    BACKLOG(4016, "too many messages behind rejected registrations; reconnect after a pause"),
    DISCONNECTED(4500, "disconnected by an operator"),
    REPLACED(4501, "replaced by a newer worker of the same identity"),
    EVICTED(4502, "evicted; do not reconnect");

    private static final int MAX_REASON_SIZE = 123;

    private final int code;
    private final String reason;

    CloseCause(int code, String reason) {
        this.code = code;
        this.reason = reason;
    }

    /**
     * Cuts a close reason to the 123 bytes of UTF-8 that fit beside the code, between characters.
     */
    public static String truncate(String reason) {
        return Utf8.truncate(reason, MAX_REASON_SIZE);
    }

    /** The WebSocket close code. */
    public int code() {
        return code;
    }

    /** Whether the worker is sent to another instance. */
    public boolean isMove() {
        return code == SERVICE_RESTART.code;
    }

    /** The close reason where the case has none of its own. */
    public String reason() {
        return reason;
    }
}
