package dev.frontdoor.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;

import java.util.List;
import java.util.function.IntSupplier;

/**
 * Decodes a worker's WebSocket frames, and checks the size of each message by the frame's header,
 * before any of its payload is kept. The limit is asked for at each header, since it grows once the
 * worker has connected. The payload of a frame that is too large is skipped, so that the worker's
 * answer to the close can still be read.
 */
final class WebSocketDecoder extends WebSocket13FrameDecoder {

    private static final int MIN_HEADER_SIZE = 2;
    private static final int MASK_SIZE = 4;
    private static final int OPCODE = 0x0F;
    private static final int FIRST_CONTROL_OPCODE = 0x08;
    private static final int CONTINUATION_OPCODE = 0x00;
    private static final int LENGTH = 0x7F;
    private static final int LENGTH_IN_16_BITS = 126;
    private static final int LENGTH_IN_64_BITS = 127;

    private final IntSupplier maxMessageSize;

    /** Bytes of the message that is being received, fragments summed. */
    private long messageSize;

    /** Whether the next byte begins a frame. */
    private boolean atHeader = true;

    /** Bytes of a refused frame that have not arrived yet. */
    private long toSkip;

    /**
     * A decoder for one connection.
     *
     * @param maxMessageSize the size limit for a message, in bytes, at the time of the call; 0 to
     *     skip all messages
     */
    WebSocketDecoder(WebSocketDecoderConfig config, IntSupplier maxMessageSize) {
        super(config);
        this.maxMessageSize = maxMessageSize;
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
            if (in.readableBytes() < headerSize) {
                return;
            }
            if (!fits(in, headerSize)) {
                return;
            }
            atHeader = false;
        }
        int before = out.size();
        super.decode(ctx, in, out);
        atHeader = out.size() > before;
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

    /**
     * Whether the frame may be received; if not, its header is skipped, and its payload will be.
     */
    private boolean fits(ByteBuf in, int headerSize) {
        int opcode = in.getByte(in.readerIndex()) & OPCODE;
        if (opcode >= FIRST_CONTROL_OPCODE) {
            return true;
        }
        long length =
                switch (headerSize - MIN_HEADER_SIZE) {
                    case Short.BYTES -> in.getUnsignedShort(in.readerIndex() + MIN_HEADER_SIZE);
                    case Long.BYTES -> in.getLong(in.readerIndex() + MIN_HEADER_SIZE);
                    default -> in.getByte(in.readerIndex() + 1) & LENGTH;
                };
        long soFar = opcode == CONTINUATION_OPCODE ? messageSize : 0;
        int max = maxMessageSize.getAsInt();
        if (length > max - soFar) {
            boolean masked = in.getByte(in.readerIndex() + 1) < 0;
            in.skipBytes(headerSize);
            toSkip = Math.min(length, Long.MAX_VALUE - MASK_SIZE) + (masked ? MASK_SIZE : 0);
            if (max > 0) {
                throw new CorruptedWebSocketFrameException(
                        WebSocketCloseStatus.MESSAGE_TOO_BIG,
                        "a message may have at most %s bytes".formatted(max));
            }
            return false;
        }
        messageSize = soFar + length;
        return true;
    }
}
