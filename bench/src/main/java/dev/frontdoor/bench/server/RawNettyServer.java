package dev.frontdoor.bench.server;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** The floor on the JVM: Netty's codecs on epoll, one event loop a processor, and no logic. */
public final class RawNettyServer {

    private static final String ACCEPT_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final WebSocketDecoderConfig DECODING =
            WebSocketDecoderConfig.newBuilder().expectMaskedFrames(true).build();

    private RawNettyServer() {}

    /** Serves on the port given. */
    public static void main(String[] arguments) throws InterruptedException {
        EventLoopGroup loops =
                new MultiThreadIoEventLoopGroup(
                        Runtime.getRuntime().availableProcessors(), EpollIoHandler.newFactory());
        Channel server =
                new ServerBootstrap()
                        .group(loops)
                        .channel(EpollServerSocketChannel.class)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childHandler(
                                new ChannelInitializer<>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        channel.pipeline()
                                                .addLast(new HttpServerCodec(), new Upgrade());
                                    }
                                })
                        .bind("127.0.0.1", Integer.parseInt(arguments[0]))
                        .sync()
                        .channel();
        System.out.println("ready");
        server.closeFuture().sync();
    }

    private static final class Upgrade extends ChannelInboundHandlerAdapter {

        private @Nullable String key;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
            if (message instanceof HttpRequest request) {
                key = request.headers().get(HttpHeaderNames.SEC_WEBSOCKET_KEY);
            }
            boolean complete = message instanceof LastHttpContent;
            ReferenceCountUtil.release(message);
            if (complete) {
                DefaultFullHttpResponse response =
                        new DefaultFullHttpResponse(
                                HttpVersion.HTTP_1_1,
                                HttpResponseStatus.SWITCHING_PROTOCOLS,
                                Unpooled.EMPTY_BUFFER);
                response.headers()
                        .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
                        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE)
                        .set(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT, accept(key));
                ctx.write(response, ctx.voidPromise());
                ctx.pipeline().remove(HttpServerCodec.class);
                ctx.pipeline()
                        .addLast(
                                new WebSocket13FrameDecoder(DECODING),
                                new WebSocket13FrameEncoder(false),
                                new Frames());
                ctx.pipeline().remove(this);
                ctx.channel().flush();
            }
        }

        private static String accept(@Nullable String key) throws NoSuchAlgorithmException {
            byte[] answer = (key + ACCEPT_SUFFIX).getBytes(StandardCharsets.US_ASCII);
            byte[] digest = MessageDigest.getInstance("SHA-1").digest(answer);
            return Base64.getEncoder().encodeToString(digest);
        }
    }

    private static final class Frames extends SimpleChannelInboundHandler<WebSocketFrame> {

        private final Session session = new Session();

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, WebSocketFrame frame) {
            if (frame instanceof CloseWebSocketFrame) {
                ctx.writeAndFlush(new CloseWebSocketFrame(1000, ""), ctx.voidPromise());
                ctx.close();
                return;
            }
            ByteBuf answer = session.answer(frame.content());
            if (answer != null) {
                ctx.write(new BinaryWebSocketFrame(answer), ctx.voidPromise());
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            ctx.flush();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
