package dev.frontdoor.protocol;

import org.jspecify.annotations.Nullable;

/** The frame types of versions 1.0 to 1.3, and one for all others. */
public enum FrameType {
    CONNECT(0x01, true),
    CONNECT_ACK(0x02, true),
    CONNECT_ERROR(0x03, true),
    DISCONNECT(0x04, true),
    SUBSCRIBE(0x05, false),
    SUBSCRIBE_ACK(0x06, false),
    SUBSCRIBE_ERROR(0x07, false),
    UNSUBSCRIBE(0x08, false),
    PUBLISH(0x09, false),
    PUBLISH_ACK(0x0A, false),
    PUBLISH_ERROR(0x0B, false),
    CONVERSATION_OPEN(0x0C, false),
    CONVERSATION_MESSAGE(0x0D, false),
    CONVERSATION_CLOSE(0x0E, false),
    CONVERSATION_ERROR(0x0F, false),
    ACCEPT(0x10, false),
    DEFER(0x11, false),
    REJECT(0x12, false),
    PING(0x13, true),
    PONG(0x14, true),
    PUSH(0x15, false),
    PUSH_REPLY(0x16, false),
    WORKER_REGISTER(0x17, true),
    WORKER_REGISTER_ACK(0x18, true),
    DELIVER(0x19, false),
    LINK_OPEN(0x1D, false),
    LINK_OPEN_ACK(0x1E, false),
    LINK_MESSAGE(0x1F, false),
    DISCONNECT_REASON(0x20, true),
    /** Any other type: opaque, kept as it is, allowed on any stream. */
    UNKNOWN(-1, false);

    private static final @Nullable FrameType[] BY_CODE = new @Nullable FrameType[256];

    static {
        for (FrameType type : values()) {
            if (type != UNKNOWN) {
                BY_CODE[type.code] = type;
            }
        }
    }

    private final int code;
    private final boolean control;

    FrameType(int code, boolean control) {
        this.code = code;
        this.control = control;
    }

    /**
     * The type of a number on the wire.
     *
     * @param code 0 to 255
     */
    public static FrameType of(int code) {
        FrameType known = BY_CODE[code];
        return known == null ? UNKNOWN : known;
    }

    /** The number on the wire; -1 for {@link #UNKNOWN}, which has many. */
    public int code() {
        return code;
    }

    /** Whether a frame of this type may travel on a stream: control frames on 0, others not. */
    boolean allowsStream(long streamId) {
        return this == UNKNOWN || control == (streamId == 0);
    }
}
