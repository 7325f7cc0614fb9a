package dev.frontdoor.protocol;

/** Why a frame was not accepted, as numbered on the wire. */
public enum ReasonCode {
    /** Fewer bytes than a header. */
    INCOMPLETE_HEADER(0x0001),
    /** Fewer bytes than the header declared. */
    INCOMPLETE_PAYLOAD(0x0002),
    /** An unknown frame type; never sent, for logs and metrics only. */
    UNKNOWN_TYPE(0x0003),
    /** A control frame off stream 0, or another known frame on it. */
    STREAM_NOT_ALLOWED(0x0004),
    /** A frame that this state of the connection does not allow. */
    NOT_ALLOWED_IN_STATE(0x0005),
    /** The token is not one of those accepted. */
    AUTHENTICATION_FAILED(0x0006),
    /** The worker's range of versions holds none from 1.0 to 1.3. */
    NO_COMMON_VERSION(0x0007),
    /** The schema is not compatible. */
    SCHEMA_INCOMPATIBLE(0x0008),
    /** The payload does not decode, or bytes follow the frame. */
    MALFORMED_PAYLOAD(0x0009),
    /** It is not known whether a publication was stored. */
    PUBLICATION_UNCERTAIN(0x0103),
    /** A worker refused: it is busy. */
    WORKER_BUSY(0x0401),
    /** A worker refused: the request is invalid. */
    WORKER_INVALID(0x0402),
    /** A worker refused: it is unavailable. */
    WORKER_UNAVAILABLE(0x0403),
    /** A worker refused: it failed. */
    WORKER_INTERNAL(0x0404),
    /** Any other refusal by the service; its message says which. */
    OTHER(0xFFFF);

    private final int code;

    ReasonCode(int code) {
        this.code = code;
    }

    /** The number on the wire, an unsigned 16-bit value. */
    public int code() {
        return code;
    }

    /** The code as it begins a close reason, for instance {@code 0x0009}. */
    public String hex() {
        return "0x%04X".formatted(code);
    }
}
