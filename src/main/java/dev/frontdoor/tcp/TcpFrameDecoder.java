package dev.frontdoor.tcp;

import dev.frontdoor.connection.FrameRefusal;
import dev.frontdoor.connection.WorkerConnection;
import dev.frontdoor.registration.CloseCause;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;

import java.util.List;

/**
 * Cuts the stream of a worker into frames. A frame's size is checked as soon as its header is
 * there, by the limit of that moment; what has arrived of a frame needs room in the budget. What
 * arrives after the connection's end is dropped.
 */
final class TcpFrameDecoder extends ByteToMessageDecoder {

    private static final int HEADER_SIZE = 10;
    private static final int LENGTH_OFFSET = 6;

    private final WorkerConnection connection;

    private boolean withinFrame;

    /** A decoder for one connection. */
    TcpFrameDecoder(WorkerConnection connection) {
        this.connection = connection;
    }

    /** Whether a frame has begun to arrive, and is not complete. */
    boolean isWithinFrame() {
        return withinFrame;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (connection.inbound().holds(in)) {
            return;
        }
        int readable = in.readableBytes();
        if (connection.hasEnded()) {
            in.skipBytes(readable);
            return;
        }
        if (readable >= HEADER_SIZE) {
            long size = HEADER_SIZE + in.getUnsignedInt(in.readerIndex() + LENGTH_OFFSET);
            if (size > connection.inbound().maxMessageSize()) {
                refuse(size);
                return;
            }
            if (size <= readable) {
                out.add(in.readBytes((int) size));
                release();
                return;
            }
        }
        withinFrame = connection.inbound().unfinished().resize(in.capacity());
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext ctx) {
        release();
    }

    private void refuse(long size) {
        connection.refuse(
                FrameRefusal.TOO_LARGE,
                CloseCause.MESSAGE_TOO_LARGE,
                "a frame of %s bytes; it may have at most %s"
                        .formatted(size, connection.inbound().maxMessageSize()));
    }

    private void release() {
        withinFrame = false;
        connection.inbound().unfinished().release();
    }
}
