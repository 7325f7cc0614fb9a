package dev.frontdoor.websocket;

import dev.frontdoor.invocation.thread.Timeouts;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Passes on a request once its body has arrived, so that one that is never finished reaches nobody.
 * Ends a channel whose request body is too large or takes too long. Stands behind the {@link
 * RequestOrderHandler} of one channel of the management port.
 */
final class RequestBodyHandler extends ChannelInboundHandlerAdapter {

    /** The size of a body, in bytes: far more than an operator's request needs. */
    static final int MAX_SIZE = 64 * 1024;

    private final Duration timeout;
    private final HttpCloser closer;

    /** A request whose body has not arrived in full; null if there is none. */
    private @Nullable HttpRequest head;

    private ByteBuf body = Unpooled.EMPTY_BUFFER;
    private @Nullable Future<?> late;
    private boolean ended;

    /**
     * A handler of one channel.
     *
     * @param timeout from a head to the end of its body
     */
    RequestBodyHandler(Duration timeout, HttpCloser closer) {
        this.timeout = timeout;
        this.closer = closer;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (ended) {
            ReferenceCountUtil.release(message);
        } else if (message instanceof HttpRequest request) {
            begin(ctx, request);
        } else if (message instanceof HttpContent part && head != null) {
            add(ctx, head, part);
        } else {
            ctx.fireChannelRead(message);
        }
    }

    /** Reads on for a body: Reactor Netty does not know of its request. */
    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (head != null) {
            ctx.read();
        }
        ctx.fireChannelReadComplete();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        forget();
        ctx.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        forget();
    }

    private void begin(ChannelHandlerContext ctx, HttpRequest request) {
        head = request;
        late =
                ctx.channel()
                        .eventLoop()
                        .schedule(
                                () -> tooSlow(ctx), Timeouts.nanos(timeout), TimeUnit.NANOSECONDS);
        if (HttpUtil.getContentLength(request, 0L) > MAX_SIZE) {
            tooLarge(ctx);
        } else if (HttpUtil.is100ContinueExpected(request)) {
            request.headers().remove(HttpHeaderNames.EXPECT);
            ChannelFuture _ = ctx.writeAndFlush(response(HttpResponseStatus.CONTINUE, ""));
        }
    }

    private void add(ChannelHandlerContext ctx, HttpRequest request, HttpContent part) {
        ByteBuf content = part.content();
        try {
            if (body.readableBytes() + content.readableBytes() > MAX_SIZE) {
                tooLarge(ctx);
                return;
            }
            if (content.isReadable()) {
                body = body.capacity() == 0 ? ctx.alloc().buffer() : body;
                body.writeBytes(content);
            }
        } finally {
            part.release();
        }
        if (part instanceof LastHttpContent) {
            ByteBuf whole = body;
            body = Unpooled.EMPTY_BUFFER;
            forget();
            ctx.fireChannelRead(request);
            ctx.fireChannelRead(new DefaultLastHttpContent(whole));
        }
    }

    private void tooLarge(ChannelHandlerContext ctx) {
        end(
                ctx,
                HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE,
                "a request body may have at most " + MAX_SIZE + " bytes\n",
                HttpCloseReason.BODY_TOO_LARGE);
    }

    private void tooSlow(ChannelHandlerContext ctx) {
        end(
                ctx,
                HttpResponseStatus.REQUEST_TIMEOUT,
                "the request body took too long\n",
                HttpCloseReason.BODY_TOO_SLOW);
    }

    private void end(
            ChannelHandlerContext ctx,
            HttpResponseStatus status,
            String text,
            HttpCloseReason reason) {
        ended = true;
        forget();
        closer.closeAfter(ctx.writeAndFlush(response(status, text)), reason);
    }

    private static FullHttpResponse response(HttpResponseStatus status, String text) {
        FullHttpResponse response =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1,
                        status,
                        Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
        if (!text.isEmpty()) {
            response.headers()
                    .set(HttpHeaderNames.CONTENT_TYPE, "text/plain;charset=UTF-8")
                    .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
            HttpUtil.setContentLength(response, response.content().readableBytes());
        }
        return response;
    }

    private void forget() {
        head = null;
        body.release();
        body = Unpooled.EMPTY_BUFFER;
        if (late != null) {
            late.cancel(false);
            late = null;
        }
    }
}
