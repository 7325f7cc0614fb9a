package dev.frontdoor.test;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/** The client's side of WebSocket framing: masked frames out, unmasked frames in. */
final class WebSocketFraming {

    static final int CONTINUATION = 0x0;
    static final int TEXT = 0x1;
    static final int BINARY = 0x2;
    static final int CLOSE = 0x8;
    static final int PING = 0x9;
    static final int PONG = 0xA;

    private static final int FIN = 0x80;
    private static final int MASKED = 0x80;
    private static final int MAX_CONTROL = 125;
    private static final int MAX_PAYLOAD = 64 << 20;

    private WebSocketFraming() {}

    /** One frame from the service, its payload complete. */
    static final class Received {
        private final int opcode;
        private final boolean last;
        private final byte[] payload;

        private Received(int opcode, boolean last, byte[] payload) {
            this.opcode = opcode;
            this.last = last;
            this.payload = payload;
        }

        int opcode() {
            return opcode;
        }

        boolean last() {
            return last;
        }

        byte[] payload() {
            return payload;
        }
    }

    /** A frame as a client must send it. */
    static byte[] masked(int opcode, boolean last, byte[] payload) {
        int first = opcode | (last ? FIN : 0);
        int key = ThreadLocalRandom.current().nextInt();
        ByteBuffer frame = ByteBuffer.allocate(14 + payload.length).put((byte) first);
        if (payload.length <= MAX_CONTROL) {
            frame.put((byte) (MASKED | payload.length));
        } else if (payload.length <= 0xFFFF) {
            frame.put((byte) (MASKED | 126)).putShort((short) payload.length);
        } else {
            frame.put((byte) (MASKED | 127)).putLong(payload.length);
        }
        frame.putInt(key);
        for (int i = 0; i < payload.length; i++) {
            frame.put((byte) (payload[i] ^ (key >>> (24 - 8 * (i % 4)))));
        }
        return Arrays.copyOf(frame.array(), frame.position());
    }

    /** The payload of a close frame. */
    static byte[] closePayload(int code, String reason) {
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(2 + text.length).putShort((short) code).put(text).array();
    }

    /**
     * Reads a frame of the service.
     *
     * @throws ServiceFault if RFC 6455 does not allow it
     */
    static Received read(ClientSocket socket) throws IOException {
        int first = socket.readByte();
        int second = socket.readByte();
        int opcode = first & 0x0F;
        boolean last = (first & FIN) != 0;
        long length = second & 0x7F;
        if (length == 126) {
            length = ByteBuffer.wrap(socket.readBytes(2)).getShort() & 0xFFFF;
        } else if (length == 127) {
            length = ByteBuffer.wrap(socket.readBytes(8)).getLong();
        }
        require((first & 0x70) == 0, "a reserved bit is set");
        require((second & MASKED) == 0, "a frame of the service is masked");
        require(opcode <= BINARY || (opcode >= CLOSE && opcode <= PONG), "opcode " + opcode);
        require(opcode < CLOSE || (last && length <= MAX_CONTROL), "a control frame is too long");
        require(length >= 0 && length <= MAX_PAYLOAD, "a payload of " + length + " bytes");
        return new Received(opcode, last, socket.readBytes((int) length));
    }

    private static void require(boolean allowed, String fault) throws ServiceFault {
        if (!allowed) {
            throw new ServiceFault(fault);
        }
    }

    /** What the service sent is against the protocols it speaks. */
    static final class ServiceFault extends IOException {
        ServiceFault(String message) {
            super(message);
        }
    }
}
