package dev.frontdoor.websocket;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;

import org.jspecify.annotations.Nullable;

import reactor.netty.NettyPipeline;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Stands behind the HTTP codec of one channel of the workers' port. A request on the workers' path
 * is answered here: a good upgrade makes the channel a {@link WorkerConnection}'s, anything else is
 * refused. All other messages pass on untouched, and answers keep the order of their requests: a
 * request on the workers' path waits until those before it have been answered.
 */
final class UpgradeHandler extends ChannelDuplexHandler {

    /** This handler's name in a pipeline. */
    static final String NAME = "frontdoor.upgrade";

    private final UpgradeCheck check;
    private final UpgradeMetrics metrics;
    private final WebSocketPipeline webSockets;
    private final Duration requestHeadTimeout;
    private final Deque<Object> waiting = new ArrayDeque<>();

    /** Requests that were passed on and are not answered yet. */
    private int unanswered;

    /** The request on the workers' path that is being received. */
    private @Nullable HttpRequest request;

    /** The response being written is not the final one. */
    private boolean interim;

    private boolean readWanted;
    private boolean served;
    private boolean closing;

    /** The codec is gone: what it had not decoded is the worker's first message. */
    private boolean takenOver;

    private @Nullable RequestHeadTimeout headTimeout;

    UpgradeHandler(
            UpgradeCheck check,
            UpgradeMetrics metrics,
            WebSocketPipeline webSockets,
            Duration requestHeadTimeout) {
        this.check = check;
        this.metrics = metrics;
        this.webSockets = webSockets;
        this.requestHeadTimeout = requestHeadTimeout;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        awaitHead(ctx);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        headArrived();
        waiting.forEach(ReferenceCountUtil::release);
        waiting.clear();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        handlerRemoved(ctx);
        ctx.fireChannelInactive();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof HttpRequest) {
            headArrived();
        }
        if (takenOver || mustWait(message) || !waiting.isEmpty()) {
            waiting.add(message);
        } else {
            receive(ctx, message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (request != null) {
            ctx.read();
        }
        ctx.fireChannelReadComplete();
    }

    @Override
    public void read(ChannelHandlerContext ctx) {
        if (waiting.isEmpty()) {
            ctx.read();
        } else {
            readWanted = true;
        }
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (message instanceof HttpResponse response) {
            interim = response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
        }
        boolean answered = message instanceof LastHttpContent && !interim && unanswered > 0;
        ChannelFuture _ = ctx.write(message, promise);
        if (answered && --unanswered == 0) {
            ctx.executor().execute(() -> receiveWaiting(ctx));
        }
    }

    private boolean mustWait(Object message) {
        return unanswered > 0 && message instanceof HttpRequest head && check.concerns(head);
    }

    private void receiveWaiting(ChannelHandlerContext ctx) {
        while (!ctx.isRemoved() && !waiting.isEmpty() && !mustWait(waiting.getFirst())) {
            receive(ctx, waiting.removeFirst());
        }
        if (ctx.isRemoved() || !waiting.isEmpty()) {
            return;
        }
        if (unanswered == 0) {
            awaitHead(ctx);
        }
        if (readWanted) {
            readWanted = false;
            ctx.read();
        }
    }

    private void receive(ChannelHandlerContext ctx, Object message) {
        if (closing) {
            ReferenceCountUtil.release(message);
        } else if (message instanceof HttpRequest head && check.concerns(head)) {
            request = head;
            receiveOurs(ctx, head, message);
        } else if (request != null) {
            receiveOurs(ctx, request, message);
        } else {
            if (message instanceof HttpRequest) {
                served = true;
                unanswered++;
            }
            ctx.fireChannelRead(message);
        }
    }

    private void receiveOurs(ChannelHandlerContext ctx, HttpRequest head, Object message) {
        boolean complete = message instanceof LastHttpContent;
        ReferenceCountUtil.release(message);
        UpgradeRefusal refusal = check.refusal(head);
        boolean hopeless = head.decoderResult().isFailure() || UpgradeCheck.hasBody(head);
        if (refusal == null) {
            if (complete) {
                takeOver(ctx, head);
            }
        } else if (complete || hopeless) {
            request = null;
            refuse(ctx, refusal, !hopeless && HttpUtil.isKeepAlive(head));
        }
    }

    private void refuse(ChannelHandlerContext ctx, UpgradeRefusal refusal, boolean keepAlive) {
        metrics.refused(refusal);
        served = true;
        FullHttpResponse response = refusal.response();
        if (keepAlive) {
            ChannelFuture _ = ctx.writeAndFlush(response, ctx.voidPromise());
            awaitHead(ctx);
            ctx.read();
        } else {
            closing = true;
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
            ChannelFuture _ = ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
        }
    }

    /** Answers the upgrade and leaves the channel to the worker's connection alone. */
    private void takeOver(ChannelHandlerContext ctx, HttpRequest head) {
        FullHttpResponse response =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1,
                        HttpResponseStatus.SWITCHING_PROTOCOLS,
                        Unpooled.EMPTY_BUFFER);
        response.headers()
                .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE)
                .set(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT, UpgradeCheck.accept(head));
        ChannelFuture _ = ctx.write(response, ctx.voidPromise());
        ChannelPipeline pipeline = ctx.pipeline();
        List<String> names = pipeline.names();
        for (String name : names.subList(names.indexOf(NAME) + 1, names.size() - 1)) {
            pipeline.remove(name);
        }
        if (pipeline.get(NettyPipeline.IdleTimeoutHandler) != null) {
            pipeline.remove(NettyPipeline.IdleTimeoutHandler);
        }
        takenOver = true;
        pipeline.remove(NettyPipeline.HttpCodec);
        webSockets.install(ctx.channel(), head);
        while (!waiting.isEmpty()) {
            ctx.fireChannelRead(waiting.removeFirst());
        }
        pipeline.remove(this);
    }

    private void awaitHead(ChannelHandlerContext ctx) {
        if (headTimeout == null) {
            headTimeout = new RequestHeadTimeout(requestHeadTimeout, () -> headOverdue(ctx));
        }
        headTimeout.start(ctx.channel().eventLoop());
    }

    private void headArrived() {
        if (headTimeout != null) {
            headTimeout.stop();
        }
    }

    /** A connection that has had an answer was merely idle; a new one is told what it missed. */
    private void headOverdue(ChannelHandlerContext ctx) {
        if (served) {
            ChannelFuture _ = ctx.close();
        } else {
            refuse(ctx, UpgradeRefusal.HEAD_TOO_SLOW, false);
        }
    }
}
