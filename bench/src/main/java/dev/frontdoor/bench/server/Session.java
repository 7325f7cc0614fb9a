package dev.frontdoor.bench.server;

import dev.frontdoor.protocol.Bytes;
import dev.frontdoor.protocol.Frame;
import dev.frontdoor.protocol.FrameCodec;
import dev.frontdoor.protocol.FrameType;
import dev.frontdoor.protocol.ProtocolVersion;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

import org.jspecify.annotations.Nullable;

/**
 * One worker's connection to a bare server. A Publish asks for as many pushes, one after the other,
 * as its last four bytes say.
 */
final class Session {

    private static final byte[] CONNECT_ACK =
            FrameCodec.encode(new Frame.ConnectAck(0, ProtocolVersion.V1_0, 0));
    private static final byte[] REGISTER_ACK = FrameCodec.encode(Frame.WorkerRegisterAck.ACCEPTED);
    private static final byte[] PONG = FrameCodec.encode(new Frame.Pong(0));
    private static final byte[] PUSH =
            FrameCodec.encode(new Frame.Push(0, 1, 0, Bytes.copyOf(new byte[16])));

    private long pushes;

    /** What answers a frame; null if nothing does. */
    @Nullable ByteBuf answer(ByteBuf frame) {
        int type = frame.getUnsignedByte(frame.readerIndex());
        if (type == FrameType.PUBLISH.code()) {
            pushes = frame.getUnsignedInt(frame.writerIndex() - Integer.BYTES);
        }
        byte[] answer = answer(type);
        return answer == null ? null : Unpooled.wrappedBuffer(answer);
    }

    private byte @Nullable [] answer(int type) {
        return switch (type) {
            case 0x01 -> CONNECT_ACK;
            case 0x17 -> REGISTER_ACK;
            case 0x13 -> PONG;
            case 0x09, 0x16 -> pushes-- > 0 ? PUSH : null;
            default -> null;
        };
    }
}
