package dev.frontdoor.connection.address;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/**
 * Looks whether a channel begins with a header of the PROXY protocol, version 1 or 2. The first
 * handler of the channel, until it knows.
 */
final class ProxyHeaderDetector extends ByteToMessageDecoder {

    /** The largest extension of a header of version 2. What proxies send has some 100 bytes. */
    private static final int MAX_EXTENSIONS = 4 * 1024;

    private static final byte[] VERSION_1 = "PROXY ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] VERSION_2 = HexFormat.of().parseHex("0d0a0d0a000d0a515549540a");

    private final ProxyHeaderHandler handler;
    private final boolean required;

    /**
     * A detector for one channel.
     *
     * @param handler stands behind this one
     */
    ProxyHeaderDetector(ProxyHeaderHandler handler, boolean required) {
        this.handler = handler;
        this.required = required;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (begins(in, VERSION_1) || begins(in, VERSION_2)) {
            int enough =
                    in.getByte(in.readerIndex()) == VERSION_1[0]
                            ? VERSION_1.length
                            : VERSION_2.length;
            if (in.readableBytes() < enough) {
                return;
            }
            ctx.pipeline().addAfter(ctx.name(), null, new HAProxyMessageDecoder(MAX_EXTENSIONS));
        } else if (required) {
            in.skipBytes(in.readableBytes());
            handler.refuse(ctx, ProxyHeaderRefusal.MISSING);
        } else {
            ctx.pipeline().remove(handler);
        }
        ctx.pipeline().remove(this);
    }

    /** Whether the bytes so far are those of a signature. */
    private static boolean begins(ByteBuf in, byte[] signature) {
        int length = Math.min(in.readableBytes(), signature.length);
        for (int i = 0; i < length; i++) {
            if (in.getByte(in.readerIndex() + i) != signature[i]) {
                return false;
            }
        }
        return true;
    }
}
