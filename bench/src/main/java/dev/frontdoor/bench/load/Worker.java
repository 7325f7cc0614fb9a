package dev.frontdoor.bench.load;

import dev.frontdoor.protocol.FrameType;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.ByteToMessageDecoder;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** One connection of a worker. All of it happens on the event loop. */
public final class Worker extends ByteToMessageDecoder {

    private static final int BINARY = 0x2;
    private static final int PING = 0x9;
    private static final byte[] HEAD_END = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final int number;
    private final Script script;
    private Channel channel;
    private boolean upgraded;

    /** When what is being waited for was begun; the script's. */
    public long began = System.nanoTime();

    Worker(int number, Script script) {
        this.number = number;
        this.script = script;
    }

    /** Its number, from 0. */
    public int number() {
        return number;
    }

    /** Sends a message, which may be sent again. */
    public void send(ByteBuf message) {
        channel.writeAndFlush(message.duplicate(), channel.voidPromise());
    }

    /** Says that it closes, and lets the server do it. */
    public void close() {
        send(Messages.CLOSE);
    }

    /** Is gone at once: the server gets a reset. */
    public void reset() {
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        channel.close();
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        channel = ctx.channel();
        send(Messages.UPGRADE);
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (!upgraded) {
            upgraded = readHead(in);
            if (upgraded) {
                script.upgraded(this);
            }
        } else if (in.readableBytes() >= 2) {
            int length = in.getUnsignedByte(in.readerIndex() + 1);
            if (in.readableBytes() >= 2 + length) {
                int opcode = in.readUnsignedByte() & 0xF;
                in.skipBytes(1);
                receive(opcode, in.readSlice(length));
            }
        }
    }

    private static boolean readHead(ByteBuf in) {
        int from = in.readerIndex();
        for (int i = from; i + HEAD_END.length <= in.writerIndex(); i++) {
            if (in.getByte(i) == '\r' && in.getInt(i) == 0x0D0A0D0A) {
                String status =
                        in.toString(from, Math.min(12, i - from), StandardCharsets.US_ASCII);
                if (!status.equals("HTTP/1.1 101")) {
                    throw new IllegalStateException("not upgraded: " + status);
                }
                in.readerIndex(i + HEAD_END.length);
                return true;
            }
        }
        return false;
    }

    private void receive(int opcode, ByteBuf content) {
        if (opcode == PING) {
            send(Messages.PONG);
        } else if (opcode == BINARY) {
            receive(content);
        } // else it is a close, and the server closes the socket too
    }

    private void receive(ByteBuf content) {
        int type = content.getUnsignedByte(content.readerIndex());
        if (type == FrameType.PUSH.code()) {
            script.pushed(this, content);
            send(Messages.reply(content.getLong(content.readerIndex() + 10)));
        } else {
            script.answered(this, type, content);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext ctx) {}

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        super.channelInactive(ctx);
        script.closed(this);
    }

    /** What a worker does. */
    public interface Script {

        /** The WebSocket is open. */
        void upgraded(Worker worker);

        /** A frame came that is not a push. */
        void answered(Worker worker, int type, ByteBuf frame);

        /** A push came; it is replied to afterwards. */
        default void pushed(Worker worker, ByteBuf frame) {}

        /** The connection has ended, or never came to be. */
        void closed(Worker worker);
    }
}
