package dev.frontdoor.test;

import dev.frontdoor.protocol.Bytes;
import dev.frontdoor.protocol.Frame;
import dev.frontdoor.protocol.FrameCodec;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A WebSocket frame of either side (RFC 6455, section 5.2), and the bytes of frames to be sent.
 * Frames that the RFC forbids are possible: {@link TestWorker#sendRaw} sends them.
 *
 * @param firstByte the final bit, the reserved bits and the opcode, for instance {@link #BINARY}
 * @param masked whether the frame had a masking key, as those of clients must
 * @param payload the payload, unmasked
 */
public record WebSocketFrame(int firstByte, boolean masked, Bytes payload) {

    /** The bit of the first byte that only the last fragment of a message has. */
    public static final int FINAL = 0x80;

    /** The first byte of a fragment that neither begins nor ends its message. */
    public static final int CONTINUATION = 0x00;

    /** The first byte of a whole text message. */
    public static final int TEXT = 0x81;

    /** The first byte of a whole binary message. */
    public static final int BINARY = 0x82;

    /** The first byte of a close. */
    public static final int CLOSE = 0x88;

    /** The first byte of a ping. */
    public static final int PING = 0x89;

    /** The first byte of a pong. */
    public static final int PONG = 0x8A;

    private static final int MASKED = 0x80;
    static final int MAX_PAYLOAD = 64 << 20;

    /** The bytes of a client's binary message that holds a frame of the protocol. */
    public static byte[] message(Frame frame) {
        return masked(BINARY, FrameCodec.encode(frame));
    }

    /** The bytes of a client's close frame with that code and no reason. */
    public static byte[] close(int code) {
        return masked(CLOSE, closePayload(code, ""));
    }

    /** The payload of a close frame. */
    public static byte[] closePayload(int code, String reason) {
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(2 + text.length).putShort((short) code).put(text).array();
    }

    /** The bytes of a frame as a client must send it: masked, with a random key. */
    public static byte[] masked(int firstByte, byte[] payload) {
        return bytes(firstByte, true, payload.length, payload);
    }

    /** The bytes of a frame as a server must send it: not masked. */
    public static byte[] unmasked(int firstByte, byte[] payload) {
        return bytes(firstByte, false, payload.length, payload);
    }

    /** The bytes of a masked frame whose header declares another length than the payload has. */
    public static byte[] declaring(int firstByte, long length, byte[] payload) {
        return bytes(firstByte, true, length, payload);
    }

    private static byte[] bytes(int firstByte, boolean masked, long length, byte[] payload) {
        int mask = masked ? MASKED : 0;
        ByteBuffer frame = ByteBuffer.allocate(14 + payload.length).put((byte) firstByte);
        if (length >= 0 && length <= 125) {
            frame.put((byte) (mask | length));
        } else if (length >= 0 && length <= 0xFFFF) {
            frame.put((byte) (mask | 126)).putShort((short) length);
        } else {
            frame.put((byte) (mask | 127)).putLong(length);
        }
        if (masked) {
            byte[] key = new byte[4];
            ThreadLocalRandom.current().nextBytes(key);
            frame.put(key).put(xor(payload, key));
        } else {
            frame.put(payload);
        }
        return Arrays.copyOf(frame.array(), frame.position());
    }

    private static byte[] xor(byte[] payload, byte[] key) {
        byte[] result = new byte[payload.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = (byte) (payload[i] ^ key[i % 4]);
        }
        return result;
    }

    /**
     * Reads a frame.
     *
     * @throws EOFException if the stream ends before the frame does
     * @throws IOException if its length is negative or over 64 MiB
     */
    public static WebSocketFrame read(InputStream in) throws IOException {
        return Header.read(in).readPayload(in);
    }

    /** The part of a frame before the masking key and the payload. */
    record Header(int firstByte, boolean masked, long length) {

        static Header read(InputStream in) throws IOException {
            byte[] start = readBytes(in, 2);
            long length = start[1] & 0x7F;
            if (length == 126) {
                length = Short.toUnsignedInt(ByteBuffer.wrap(readBytes(in, 2)).getShort());
            } else if (length == 127) {
                length = ByteBuffer.wrap(readBytes(in, 8)).getLong();
            }
            return new Header(Byte.toUnsignedInt(start[0]), (start[1] & MASKED) != 0, length);
        }

        WebSocketFrame readPayload(InputStream in) throws IOException {
            if (length < 0 || length > MAX_PAYLOAD) {
                throw new IOException("a payload of %d bytes".formatted(length));
            }
            byte[] key = masked ? readBytes(in, 4) : new byte[4];
            byte[] payload = xor(readBytes(in, (int) length), key);
            return new WebSocketFrame(firstByte, masked, Bytes.copyOf(payload));
        }
    }

    private static byte[] readBytes(InputStream in, int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException("the connection ended");
        }
        return bytes;
    }
}
