package dev.frontdoor.websocket;

import io.netty.buffer.ByteBuf;

import org.jspecify.annotations.Nullable;

/**
 * The header of a client's WebSocket frame (RFC 6455, section 5.2), as far as the payload's length.
 *
 * @param firstByte the final bit, the reserved bits and the opcode
 * @param size bytes of the header, the masking key included
 * @param masked whether there is a masking key
 * @param length bytes of the payload, as declared; negative if that is what was sent
 */
record WebSocketHeader(int firstByte, int size, boolean masked, long length) {

    private static final int MIN_SIZE = 2;
    private static final int MASK_SIZE = 4;
    private static final int FINAL = 0x80;
    private static final int RESERVED = 0x70;
    private static final int OPCODE = 0x0F;
    private static final int CONTINUATION = 0x00;
    private static final int FIRST_CONTROL_OPCODE = 0x08;
    private static final int MAX_CONTROL_LENGTH = 125;
    private static final int LENGTH = 0x7F;
    private static final int LENGTH_IN_16_BITS = 126;
    private static final int LENGTH_IN_64_BITS = 127;

    /** The header at the start of a buffer, which is not read; null if it is not there in full. */
    static @Nullable WebSocketHeader read(ByteBuf in) {
        int size = sizeWithoutMask(in);
        if (in.readableBytes() < size) {
            return null;
        }
        int start = in.readerIndex();
        int second = in.getByte(start + 1);
        boolean masked = second < 0;
        long length =
                switch (size - MIN_SIZE) {
                    case Short.BYTES -> in.getUnsignedShort(start + MIN_SIZE);
                    case Long.BYTES -> in.getLong(start + MIN_SIZE);
                    default -> second & LENGTH;
                };
        return new WebSocketHeader(
                in.getByte(start), masked ? size + MASK_SIZE : size, masked, length);
    }

    /** Bytes that tell the payload's length; 2 while not even those are there. */
    static int sizeWithoutMask(ByteBuf in) {
        if (in.readableBytes() < MIN_SIZE) {
            return MIN_SIZE;
        }
        return MIN_SIZE
                + switch (in.getByte(in.readerIndex() + 1) & LENGTH) {
                    case LENGTH_IN_16_BITS -> Short.BYTES;
                    case LENGTH_IN_64_BITS -> Long.BYTES;
                    default -> 0;
                };
    }

    boolean isControl() {
        return (firstByte & OPCODE) >= FIRST_CONTROL_OPCODE;
    }

    boolean isContinuation() {
        return (firstByte & OPCODE) == CONTINUATION;
    }

    boolean isFinal() {
        return (firstByte & FINAL) != 0;
    }

    /** Whether the header alone shows that the frame is forbidden, whatever its payload. */
    boolean isMalformed() {
        return !masked
                || (firstByte & RESERVED) != 0
                || length < 0
                || (isControl() && length > MAX_CONTROL_LENGTH);
    }

    /** Bytes of the whole frame. */
    long frameSize() {
        return Math.min(Math.max(length, 0), Long.MAX_VALUE - size) + size;
    }
}
