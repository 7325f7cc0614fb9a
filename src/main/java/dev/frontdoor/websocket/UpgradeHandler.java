package dev.frontdoor.websocket;

import dev.frontdoor.auth.AuthenticationResult;
import dev.frontdoor.auth.AuthenticationResult.Accepted;
import dev.frontdoor.connection.WorkerConnection;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;

import org.jspecify.annotations.Nullable;

import reactor.netty.NettyPipeline;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.Queue;

/**
 * Answers the requests on the workers' path: a good upgrade turns the channel into a {@link
 * WorkerConnection}, anything else is refused. All other messages pass on untouched.
 */
final class UpgradeHandler extends ChannelInboundHandlerAdapter {

    /** More than one read of the channel brings. */
    private static final int MAX_FIRST_BYTES = 128 * 1024;

    private final UpgradeCheck check;
    private final UpgradeRefusalRecorder refusals;
    private final HttpCloser closer;
    private final WebSocketPipeline webSockets;
    private final UpgradeAuthentication authentication;

    /** The request on the workers' path that is being received. */
    private @Nullable HttpRequest request;

    /** The client's address; empty until the request has passed the checks. */
    private String client = "";

    /** Bytes that the HTTP codec had not decoded when it was removed: the worker's first. */
    private final Queue<Object> firstBytes = new ArrayDeque<>(0);

    /** How many bytes they are. */
    private long kept;

    private boolean takenOver;
    private boolean closing;

    UpgradeHandler(
            UpgradeCheck check,
            UpgradeRefusalRecorder refusals,
            HttpCloser closer,
            WebSocketPipeline webSockets,
            UpgradeAuthentication authentication) {
        this.check = check;
        this.refusals = refusals;
        this.closer = closer;
        this.webSockets = webSockets;
        this.authentication = authentication;
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        firstBytes.forEach(ReferenceCountUtil::release);
        firstBytes.clear();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (takenOver) {
            keepFirstBytes(ctx, message);
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
        if (request != null && !takenOver) {
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
        } else if (takenOver) {
            // The peer has gone, and no other handler is left.
            ChannelFuture _ = ctx.close();
        } else {
            ctx.fireExceptionCaught(cause);
        }
    }

    private void receive(ChannelHandlerContext ctx, HttpRequest head, Object message) {
        boolean complete = message instanceof LastHttpContent;
        ReferenceCountUtil.release(message);
        boolean unreadable = head.decoderResult().isFailure() || UpgradeCheck.hasBody(head);
        if (!complete && !unreadable) {
            return;
        }
        RefusedUpgrade refused = check.refusal(head, ctx.channel().eventLoop());
        if (refused != null) {
            refuse(ctx, head, refused, !unreadable && HttpUtil.isKeepAlive(head));
        } else if (complete) {
            client = webSockets.clientOf(ctx.channel(), head);
            closing = !webSockets.admit(ctx.channel(), client);
            if (!closing) {
                upgrade(ctx, head);
            }
        }
    }

    /** Upgrades, at once or after what proves the worker was checked. */
    private void upgrade(ChannelHandlerContext ctx, HttpRequest head) {
        if (!authentication.concerns(ctx.channel(), head)) {
            takeOver(ctx, head, null);
            return;
        }
        AuthenticationResult result =
                authentication.check(ctx.channel(), head, later -> conclude(ctx, head, later));
        if (result == null) {
            hold(ctx);
        } else if (result instanceof Accepted accepted) {
            takeOver(ctx, head, accepted);
        } else {
            // Behind its credentials, a worker may have sent frames already.
            refuse(ctx, head, refusal(ctx, result), false);
        }
    }

    /** Keeps what follows the upgrade as it is, until the token was checked. */
    private void hold(ChannelHandlerContext ctx) {
        takenOver = true;
        removeHttp(ctx, new HttpResponseEncoder());
    }

    private void conclude(
            ChannelHandlerContext ctx, HttpRequest head, AuthenticationResult result) {
        if (ctx.isRemoved() || !ctx.channel().isActive()) {
            return;
        }
        RefusedUpgrade refused =
                result instanceof Accepted
                        ? check.refusal(head, ctx.channel().eventLoop())
                        : refusal(ctx, result);
        if (refused == null && result instanceof Accepted accepted) {
            ChannelFuture _ = ctx.write(webSockets.response(head), ctx.voidPromise());
            ctx.pipeline().remove(HttpResponseEncoder.class);
            install(ctx, head, accepted);
        } else if (refused != null) {
            takenOver = false;
            refuse(ctx, head, refused, false);
        }
    }

    private RefusedUpgrade refusal(ChannelHandlerContext ctx, AuthenticationResult result) {
        return Objects.requireNonNull(authentication.refusal(ctx.channel(), result));
    }

    private void keepFirstBytes(ChannelHandlerContext ctx, Object message) {
        firstBytes.add(message);
        if (message instanceof ByteBuf bytes) {
            kept += bytes.readableBytes();
        }
        if (kept > MAX_FIRST_BYTES) {
            ChannelFuture _ = ctx.close();
        }
    }

    private void refuse(
            ChannelHandlerContext ctx,
            HttpRequest head,
            RefusedUpgrade refused,
            boolean keepAlive) {
        request = null;
        refusals.refused(
                refused.refusal(),
                refused.logged(),
                ctx.channel(),
                head.headers().getAll("X-Forwarded-For"));
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
    private void takeOver(ChannelHandlerContext ctx, HttpRequest head, @Nullable Accepted proof) {
        ChannelFuture _ = ctx.write(webSockets.response(head), ctx.voidPromise());
        takenOver = true;
        removeHttp(ctx, null);
        install(ctx, head, proof);
    }

    private void install(ChannelHandlerContext ctx, HttpRequest head, @Nullable Accepted proof) {
        webSockets.install(ctx.channel(), head, client, proof);
        while (!firstBytes.isEmpty()) {
            ctx.fireChannelRead(firstBytes.remove());
        }
        ctx.pipeline().remove(this);
    }

    /**
     * Removes all handlers of HTTP but this one and those of the limits. The codec is last, since
     * it hands over bytes.
     *
     * @param encoder what takes the place of the codec; null for nothing
     */
    private static void removeHttp(
            ChannelHandlerContext ctx, @Nullable HttpResponseEncoder encoder) {
        ChannelPipeline pipeline = ctx.pipeline();
        List<String> names = pipeline.names();
        for (String name : names.subList(names.indexOf(ctx.name()) + 1, names.size() - 1)) {
            pipeline.remove(name);
        }
        if (pipeline.get(NettyPipeline.IdleTimeoutHandler) != null) {
            pipeline.remove(NettyPipeline.IdleTimeoutHandler);
        }
        if (encoder == null) {
            pipeline.remove(NettyPipeline.HttpCodec);
        } else {
            pipeline.replace(NettyPipeline.HttpCodec, null, encoder);
        }
    }
}
