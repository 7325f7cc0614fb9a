package dev.frontdoor.websocket;

import dev.frontdoor.connection.WorkerConnection;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;

import java.util.List;

/**
 * Decodes a worker's WebSocket frames, and checks each message by the frame's header, before any of
 * its payload is kept: its size, and whether there is room for it if it has not arrived in full.
 * The payload of a frame that is refused is skipped, so that the worker's answer to the close can
 * still be read.
 */
final class WebSocketDecoder extends WebSocket13FrameDecoder {

    private static final int MIN_HEADER_SIZE = 2;
    private static final int MASK_SIZE = 4;
    private static final int FINAL = 0x80;
    private static final int OPCODE = 0x0F;
    private static final int FIRST_CONTROL_OPCODE = 0x08;
    private static final int CONTINUATION_OPCODE = 0x00;
    private static final int LENGTH = 0x7F;
    private static final int LENGTH_IN_16_BITS = 126;
    private static final int LENGTH_IN_64_BITS = 127;

    private final WorkerConnection connection;

    /** Bytes of the message that is being received, fragments summed. */
    private long messageSize;

    /** Whether the message that is being received ends with the current frame. */
    private boolean lastFrame;

    /** Whether the next byte begins a frame. */
    private boolean atHeader = true;

    /** Bytes of a refused frame that have not arrived yet. */
    private long toSkip;

    /** A decoder for one connection, whose limits apply as they are when a frame begins. */
    WebSocketDecoder(WebSocketDecoderConfig config, WorkerConnection connection) {
        super(config);
        this.connection = connection;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out)
            throws Exception {
        if (toSkip > 0) {
            int skipped = (int) Math.min(toSkip, in.readableBytes());
            in.skipBytes(skipped);
            toSkip -= skipped;
            return;
        }
        if (atHeader) {
            int headerSize = headerSize(in);
            if (in.readableBytes() < headerSize || !admits(in, headerSize)) {
                return;
            }
            atHeader = false;
        }
        int before = out.size();
        super.decode(ctx, in, out);
        atHeader = out.size() > before;
        if (atHeader && lastFrame) {
            connection.unfinishedMessage().release();
        }
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext ctx) throws Exception {
        super.handlerRemoved0(ctx);
        connection.unfinishedMessage().release();
    }

    /** Bytes of the header that tell the payload's length; 2 while not even those are known. */
    private static int headerSize(ByteBuf in) {
        if (in.readableBytes() < MIN_HEADER_SIZE) {
            return MIN_HEADER_SIZE;
        }
        return MIN_HEADER_SIZE
                + switch (in.getByte(in.readerIndex() + 1) & LENGTH) {
                    case LENGTH_IN_16_BITS -> Short.BYTES;
                    case LENGTH_IN_64_BITS -> Long.BYTES;
                    default -> 0;
                };
    }

    /** Whether a frame is decoded; if not, its header is skipped, and its payload will be. */
    private boolean admits(ByteBuf in, int headerSize) {
        int first = in.getByte(in.readerIndex());
        int opcode = first & OPCODE;
        lastFrame = opcode < FIRST_CONTROL_OPCODE && (first & FINAL) != 0;
        long length = length(in, headerSize);
        if (opcode >= FIRST_CONTROL_OPCODE || length < 0) {
            return true;
        }
        long soFar = opcode == CONTINUATION_OPCODE ? messageSize : 0;
        int max = connection.maxMessageSize();
        if (length > max - soFar) {
            refuse(in, headerSize, length);
            if (max > 0) {
                throw new CorruptedWebSocketFrameException(
                        WebSocketCloseStatus.MESSAGE_TOO_BIG,
                        "a message may have at most %s bytes".formatted(max));
            }
            return false;
        }
        boolean whole =
                lastFrame && soFar == 0 && in.readableBytes() >= headerSize + MASK_SIZE + length;
        if (!whole && !connection.unfinishedMessage().reserve(length)) {
            refuse(in, headerSize, length);
            return false;
        }
        messageSize = soFar + length;
        return true;
    }

    private static long length(ByteBuf in, int headerSize) {
        return switch (headerSize - MIN_HEADER_SIZE) {
            case Short.BYTES -> in.getUnsignedShort(in.readerIndex() + MIN_HEADER_SIZE);
            case Long.BYTES -> in.getLong(in.readerIndex() + MIN_HEADER_SIZE);
            default -> in.getByte(in.readerIndex() + 1) & LENGTH;
        };
    }

    private void refuse(ByteBuf in, int headerSize, long length) {
        boolean masked = in.getByte(in.readerIndex() + 1) < 0;
        in.skipBytes(headerSize);
        toSkip = Math.min(length, Long.MAX_VALUE - MASK_SIZE) + (masked ? MASK_SIZE : 0);
    }
}
