package dev.frontdoor.operations;

import dev.frontdoor.protocol.FrameLayouts;
import dev.frontdoor.protocol.ReasonCode;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;

/**
 * What the service must do with the frames of one connection, with authentication on. It knows
 * docs/protocol.md, and not the codec.
 */
final class ExpectedExchange {

    /** The end of a connection that the worker closes. */
    static final End WORKERS_OWN = new End(1000, 0, "");

    private static final int HEADER_SIZE = 10;
    private static final int LENGTH_OFFSET = 6;
    private static final int STRANGERS_LIMIT = 64 * 1024;
    private static final int LIMIT = 1024 * 1024;

    private static final int CONNECT = 0x01;
    private static final int DISCONNECT = 0x04;
    private static final int PUBLISH = 0x09;
    private static final int PING = 0x13;
    private static final int PUSH_REPLY = 0x16;
    private static final int WORKER_REGISTER = 0x17;

    /** Those that only a worker sends, and that need a Connect before them. */
    private static final Set<Integer> OF_WORKERS =
            Set.of(0x05, 0x08, 0x09, 0x0C, 0x0D, 0x0E, 0x10, 0x11, 0x12, 0x16, 0x17, 0x1D);

    private final byte[] token;
    private boolean authenticated;
    private boolean asked;
    private boolean ordered = true;
    private int pongs;
    private @Nullable End end;

    /** Nothing has arrived. */
    ExpectedExchange(String token) {
        this.token = token.getBytes(StandardCharsets.UTF_8);
    }

    /** How many Pongs come. */
    int pongs() {
        return pongs;
    }

    /** How the service ends the connection; null if it does not. */
    @Nullable End end() {
        return end;
    }

    /**
     * Whether the order of the effects is known. While notifiers are asked about a registration or
     * a publication, two things do not wait, and may end the connection early: a damaged reply to a
     * push, and the size of a frame.
     */
    boolean isOrdered() {
        return ordered;
    }

    /** A stream arrives; false if it ends within a frame. */
    boolean receiveStream(byte[] bytes) {
        ByteBuffer stream = ByteBuffer.wrap(bytes);
        while (stream.remaining() >= HEADER_SIZE) {
            long length = Integer.toUnsignedLong(stream.getInt(stream.position() + LENGTH_OFFSET));
            long size = HEADER_SIZE + length;
            if (size > (authenticated ? LIMIT : STRANGERS_LIMIT)) {
                ordered &= !asked;
                end(1009, ReasonCode.MALFORMED_PAYLOAD, "");
            }
            if (size > stream.remaining()) {
                break;
            }
            byte[] frame = new byte[(int) size];
            stream.get(frame);
            receive(frame);
        }
        return end != null || !stream.hasRemaining();
    }

    /** A message arrives. */
    void receive(byte[] message) {
        int verdict = FrameLayouts.verdict(message);
        int type = message.length == 0 ? -1 : Byte.toUnsignedInt(message[0]);
        if (verdict != FrameLayouts.FRAME) {
            ordered &= !(asked && type == PUSH_REPLY);
            end(
                    1002,
                    ReasonCode.MALFORMED_PAYLOAD,
                    "0x" + HexFormat.of().toHexDigits((short) verdict));
        } else if (end == null) {
            receiveFrame(type, message);
        }
    }

    private void receiveFrame(int type, byte[] message) {
        if (type == CONNECT) {
            connect(ByteBuffer.wrap(message, HEADER_SIZE, message.length - HEADER_SIZE));
        } else if (type == DISCONNECT) {
            end = WORKERS_OWN;
        } else if (type == PING) {
            pongs++;
        } else if (!authenticated && OF_WORKERS.contains(type)) {
            end(1008, ReasonCode.OTHER, "0x0005");
        } else if (type == WORKER_REGISTER || type == PUBLISH) {
            asked = true;
        }
    }

    /** The first end counts. */
    private void end(int closeCode, ReasonCode reason, String text) {
        if (end == null) {
            end = new End(closeCode, reason.code(), text);
        }
    }

    private void connect(ByteBuffer payload) {
        if (authenticated) {
            end(1002, ReasonCode.OTHER, "0x0005");
            return;
        }
        int min = payload.getInt();
        int max = payload.getInt();
        byte[] sent = new byte[payload.getInt()];
        payload.get(sent);
        if (!Arrays.equals(sent, token)) {
            end(1008, ReasonCode.AUTHENTICATION_FAILED, "");
        } else if (!hasCommonVersion(min, max)) {
            end(1002, ReasonCode.NO_COMMON_VERSION, "0x0007");
        } else {
            authenticated = true;
        }
    }

    /** The service speaks 1.0 to 1.3. */
    private static boolean hasCommonVersion(int min, int max) {
        for (int version = 0x1_0000; version <= 0x1_0003; version++) {
            if (Integer.compareUnsigned(min, version) <= 0
                    && Integer.compareUnsigned(version, max) <= 0) {
                return true;
            }
        }
        return false;
    }

    /**
     * An end by the service.
     *
     * @param closeCode the code of the close over WebSocket
     * @param reasonCode that of the ConnectError over TCP; 0 for none
     * @param text what the reason begins with
     */
    record End(int closeCode, int reasonCode, String text) {}
}
