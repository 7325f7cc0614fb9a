package dev.frontdoor.websocket;

import dev.frontdoor.connection.WorkerConnection;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * Decodes a worker's WebSocket frames. The size of each message is checked by the frame's header,
 * before any of its payload is kept. A frame is decoded once it is whole. Until then, what has
 * arrived of it is kept here, in a buffer that grows as far as there is room in the budget of all
 * connections. A frame that is given up is skipped, so that the worker's answer to the close can
 * still be read.
 */
final class WebSocketDecoder extends WebSocket13FrameDecoder {

    private static final int MIN_CAPACITY = 256;

    private final WorkerConnection connection;

    /** What has arrived of the current frame, header included; null if all is still to be read. */
    private @Nullable ByteBuf part;

    /** The header of the current frame; null until it has arrived. */
    private @Nullable WebSocketHeader header;

    /** Bytes of the current message in the fragments before the current frame. */
    private long fragments;

    /** Whether more fragments of the current message follow. */
    private boolean fragmented;

    /** Bytes to skip before the next frame. */
    private long toSkip;

    /** A decoder for one connection, whose limits apply as they are when a frame begins. */
    WebSocketDecoder(WebSocketDecoderConfig config, WorkerConnection connection) {
        super(config);
        this.connection = connection;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out)
            throws Exception {
        if (connection.inbound().holds(in)) {
            return;
        }
        if (toSkip > 0) {
            skip(in);
            return;
        }
        if (part != null && !keep(ctx, in)) {
            return;
        }
        ByteBuf frame = part == null ? in : part;
        if (header == null) {
            header = WebSocketHeader.read(frame);
            if (header != null && isTooLarge(header)) {
                giveUp(ctx, header, in);
                failIfTooLarge();
                return;
            }
        }
        if (header != null
                && (header.isMalformed() || header.frameSize() <= frame.readableBytes())) {
            decodeWhole(ctx, header, frame, out);
        } else if (part == null) {
            boolean _ = keep(ctx, in);
        }
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext ctx) throws Exception {
        super.handlerRemoved0(ctx);
        releasePart();
        connection.inbound().unfinished().release();
    }

    private boolean isTooLarge(WebSocketHeader next) {
        return !next.isControl()
                && next.length() > connection.inbound().maxMessageSize() - before(next);
    }

    /** Bytes of the fragments to which a frame adds its payload. */
    private long before(WebSocketHeader next) {
        return next.isContinuation() ? fragments : 0;
    }

    private void failIfTooLarge() {
        int max = connection.inbound().maxMessageSize();
        if (max > 0) {
            throw new CorruptedWebSocketFrameException(
                    WebSocketCloseStatus.MESSAGE_TOO_BIG,
                    "a message may have at most %s bytes".formatted(max));
        }
    }

    /** Decodes a frame that is whole or forbidden. After a failure, no frame can be found. */
    private void decodeWhole(
            ChannelHandlerContext ctx, WebSocketHeader current, ByteBuf frame, List<Object> out)
            throws Exception {
        boolean decoded = false;
        try {
            super.decode(ctx, frame, out);
            decoded = true;
        } finally {
            releasePart();
            if (!decoded) {
                toSkip = Long.MAX_VALUE;
            }
        }
        if (!current.isControl()) {
            fragments = current.isFinal() ? 0 : before(current) + current.length();
            fragmented = !current.isFinal();
        }
        if (fragmented) {
            boolean _ = charge(ctx, 0);
        } else {
            connection.inbound().unfinished().release();
        }
    }

    /**
     * Takes over what has arrived of the current frame.
     *
     * @return false if the frame was given up instead
     */
    private boolean keep(ChannelHandlerContext ctx, ByteBuf in) {
        WebSocketHeader current = header;
        if (current != null && !current.isControl() && connection.hasEnded()) {
            giveUp(ctx, current, in);
            return false;
        }
        int kept = part == null ? 0 : part.readableBytes();
        long whole =
                current == null
                        ? WebSocketHeader.sizeWithoutMask(part == null ? in : part)
                        : current.frameSize();
        int added = (int) Math.min(whole - kept, in.readableBytes());
        int capacity = capacity(kept + added, whole);
        // Nothing is charged for a header.
        if (current != null && !charge(ctx, capacity)) {
            giveUp(ctx, current, in);
            return false;
        }
        part = part == null ? ctx.alloc().buffer(capacity) : part.capacity(capacity);
        part.writeBytes(in, added);
        return true;
    }

    /** The capacity for a part of the current frame: at most twice the part, or little. */
    private int capacity(int needed, long whole) {
        int present = part == null ? 0 : part.capacity();
        return needed <= present
                ? present
                : (int) Math.min(whole, Math.max(Math.max(needed, MIN_CAPACITY), 2L * present));
    }

    /** Charges the fragments, which are joined in a buffer of their own, and the part. */
    private boolean charge(ChannelHandlerContext ctx, int capacity) {
        int joined =
                fragments == 0
                        ? 0
                        : ctx.alloc().calculateNewCapacity((int) fragments, Integer.MAX_VALUE);
        return connection.inbound().unfinished().resize((long) joined + capacity);
    }

    private void giveUp(ChannelHandlerContext ctx, WebSocketHeader current, ByteBuf in) {
        toSkip = current.frameSize() - (part == null ? 0 : part.readableBytes());
        releasePart();
        boolean _ = charge(ctx, 0);
        skip(in);
    }

    private void skip(ByteBuf in) {
        int skipped = (int) Math.min(toSkip, in.readableBytes());
        in.skipBytes(skipped);
        toSkip -= skipped;
    }

    private void releasePart() {
        header = null;
        if (part != null) {
            part.release();
            part = null;
        }
    }
}
