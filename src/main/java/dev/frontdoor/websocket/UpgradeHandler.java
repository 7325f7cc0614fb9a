package dev.frontdoor.websocket;

import dev.frontdoor.connection.WorkerConnection;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;

import org.jspecify.annotations.Nullable;

import reactor.netty.NettyPipeline;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/**
 * Answers the requests on the workers' path: a good upgrade turns the channel into a {@link
 * WorkerConnection}, anything else is refused. All other messages pass on untouched.
 */
final class UpgradeHandler extends ChannelInboundHandlerAdapter {

    private final UpgradeCheck check;
    private final UpgradeRefusalRecorder refusals;
    private final HttpCloser closer;
    private final WebSocketPipeline webSockets;

    /** The request on the workers' path that is being received. */
    private @Nullable HttpRequest request;

    /** Bytes that the HTTP codec had not decoded when it was removed: the worker's first. */
    private final Queue<Object> firstBytes = new ArrayDeque<>(0);

    private boolean takenOver;
    private boolean closing;

    UpgradeHandler(
            UpgradeCheck check,
            UpgradeRefusalRecorder refusals,
            HttpCloser closer,
            WebSocketPipeline webSockets) {
        this.check = check;
        this.refusals = refusals;
        this.closer = closer;
        this.webSockets = webSockets;
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        firstBytes.forEach(ReferenceCountUtil::release);
        firstBytes.clear();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (takenOver) {
            firstBytes.add(message);
        } else if (closing) {
            ReferenceCountUtil.release(message);
        } else if (message instanceof HttpRequest head && check.isForWorkers(head)) {
            request = head;
            receive(ctx, head, message);
        } else if (request != null) {
            receive(ctx, request, message);
        } else {
            ctx.fireChannelRead(message);
        }
    }

    /** Reads on for a request that is not complete; Reactor Netty does not know of it. */
    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (request != null) {
            ctx.read();
        }
        ctx.fireChannelReadComplete();
    }

    /** Ends a channel that finds no memory here: others would log more than one line. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof OutOfMemoryError || cause.getCause() instanceof OutOfMemoryError) {
            refusals.shortOfMemory(ctx.channel());
            ChannelFuture _ = ctx.close();
        } else {
            ctx.fireExceptionCaught(cause);
        }
    }

    private void receive(ChannelHandlerContext ctx, HttpRequest head, Object message) {
        boolean complete = message instanceof LastHttpContent;
        ReferenceCountUtil.release(message);
        RefusedUpgrade refused = check.refusal(head, ctx.channel().eventLoop());
        boolean unreadable = head.decoderResult().isFailure() || UpgradeCheck.hasBody(head);
        if (refused == null) {
            if (complete) {
                closing = !webSockets.admit(ctx.channel(), head);
                if (!closing) {
                    takeOver(ctx, head);
                }
            }
        } else if (complete || unreadable) {
            request = null;
            refusals.refused(
                    refused.refusal(),
                    refused.text(),
                    ctx.channel(),
                    head.headers().getAll("X-Forwarded-For"));
            refuse(ctx, refused, !unreadable && HttpUtil.isKeepAlive(head));
        }
    }

    private void refuse(ChannelHandlerContext ctx, RefusedUpgrade refused, boolean keepAlive) {
        closing = !keepAlive;
        ChannelFuture written =
                ctx.writeAndFlush(refused.refusal().response(refused.text(), keepAlive));
        if (keepAlive) {
            ctx.read();
        } else {
            closer.closeAfter(written);
        }
    }

    /** Answers the upgrade and leaves the channel to the worker's connection alone. */
    private void takeOver(ChannelHandlerContext ctx, HttpRequest head) {
        ChannelFuture _ = ctx.write(webSockets.response(head), ctx.voidPromise());
        takenOver = true;
        removeHttp(ctx);
        webSockets.install(ctx.channel(), head);
        while (!firstBytes.isEmpty()) {
            ctx.fireChannelRead(firstBytes.remove());
        }
        ctx.pipeline().remove(this);
    }

    /** Removes all handlers of HTTP but this one. The codec is last, since it hands over bytes. */
    private static void removeHttp(ChannelHandlerContext ctx) {
        ChannelPipeline pipeline = ctx.pipeline();
        List<String> names = pipeline.names();
        for (String name : names.subList(names.indexOf(ctx.name()) + 1, names.size() - 1)) {
            pipeline.remove(name);
        }
        if (pipeline.get(NettyPipeline.IdleTimeoutHandler) != null) {
            pipeline.remove(NettyPipeline.IdleTimeoutHandler);
        }
        pipeline.remove(NettyPipeline.HttpCodec);
    }
}
