package dev.frontdoor.websocket;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Predicate;

/**
 * Keeps the responses of one channel in the order of their requests: a request of those that wait
 * does so until all before it have been answered. Every request waits, and nothing is read, while
 * the peer leaves too much unread. Closes the channel of a peer that sends many requests ahead.
 */
final class RequestOrderHandler extends ChannelDuplexHandler {

    /** How many requests may have been passed on and not been answered. */
    private static final int MAX_UNANSWERED = 16;

    /** How many messages may wait: the head of a request is one, each part of its body too. */
    private static final int MAX_WAITING = 64;

    private final Predicate<HttpRequest> waits;
    private final HttpCloser closer;
    private final Deque<Object> waiting = new ArrayDeque<>(0);
    private final UnansweredRequests unanswered = new UnansweredRequests();
    private boolean readWanted;
    private boolean ended;

    /**
     * A handler of one channel.
     *
     * @param waits whether a request waits until those before it have been answered
     */
    RequestOrderHandler(Predicate<HttpRequest> waits, HttpCloser closer) {
        this.waits = waits;
        this.closer = closer;
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
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
        if (ended) {
            ReferenceCountUtil.release(message);
        } else if (!mustWait(ctx, message) && waiting.isEmpty()) {
            pass(ctx, message);
        } else if (waiting.size() < MAX_WAITING) {
            waiting.add(message);
        } else {
            ReferenceCountUtil.release(message);
            end(ctx);
        }
    }

    /** The codec throws if too many requests are in one read, even after the channel was ended. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        boolean tooMany =
                cause instanceof DecoderException
                        && cause.getCause() instanceof IllegalStateException;
        if (!tooMany) {
            ctx.fireExceptionCaught(cause);
        } else if (!ended) {
            end(ctx);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (ctx.channel().isWritable()) {
            ctx.executor().execute(() -> passWaiting(ctx));
        }
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void read(ChannelHandlerContext ctx) {
        if (waiting.isEmpty() && ctx.channel().isWritable()) {
            ctx.read();
        } else {
            readWanted = true;
        }
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        boolean allAnswered = unanswered.onWrite(message);
        ChannelFuture _ = ctx.write(message, promise);
        if (allAnswered && !waiting.isEmpty()) {
            ctx.executor().execute(() -> passWaiting(ctx));
        }
    }

    private boolean mustWait(ChannelHandlerContext ctx, Object message) {
        return message instanceof HttpRequest head
                && (!ctx.channel().isWritable() || (!unanswered.isEmpty() && waits.test(head)));
    }

    private void passWaiting(ChannelHandlerContext ctx) {
        boolean passed = false;
        while (!ctx.isRemoved() && !waiting.isEmpty() && !mustWait(ctx, waiting.getFirst())) {
            pass(ctx, waiting.removeFirst());
            passed = true;
        }
        if (!ctx.isRemoved() && passed) {
            ctx.fireChannelReadComplete();
        }
        if (!ctx.isRemoved() && waiting.isEmpty() && ctx.channel().isWritable() && readWanted) {
            readWanted = false;
            ctx.read();
        }
    }

    private void pass(ChannelHandlerContext ctx, Object message) {
        if (message instanceof HttpRequest && unanswered.onRequest() > MAX_UNANSWERED) {
            ReferenceCountUtil.release(message);
            end(ctx);
        } else {
            ctx.fireChannelRead(message);
        }
    }

    private void end(ChannelHandlerContext ctx) {
        ended = true;
        handlerRemoved(ctx);
        closer.close(ctx.channel(), HttpCloseReason.PIPELINED);
    }
}
