package dev.frontdoor.bench.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

import org.jspecify.annotations.Nullable;

import java.util.HexFormat;

/**
 * One worker's connection to a bare server. A Publish asks for as many pushes, one after the other,
 * as its last four bytes say.
 */
final class Session {

    private static final HexFormat HEX = HexFormat.of();
    private static final byte[] CONNECT_ACK = HEX.parseHex("020000000000000000080001000000000000");
    private static final byte[] REGISTER_ACK = HEX.parseHex("1800000000000000000100");
    private static final byte[] PONG = HEX.parseHex("14000000000000000000");

    /** Of correlation 0, with the bytes 0 to 15. */
    private static final byte[] PUSH =
            HEX.parseHex(
                    "1500000000010000001c000000000000000000000010000102030405060708090a0b0c0d0e0f");

    private long pushes;

    /** What answers a frame; null if nothing does. */
    @Nullable ByteBuf answer(ByteBuf frame) {
        int type = frame.getUnsignedByte(frame.readerIndex());
        if (type == 0x09) {
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
