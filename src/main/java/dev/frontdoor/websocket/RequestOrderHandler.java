package dev.frontdoor.websocket;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Keeps the responses of one channel in the order of their requests: a request on the workers' path
 * waits until those before it have been answered.
 */
final class RequestOrderHandler extends ChannelDuplexHandler {

    private final UpgradeCheck check;
    private final Deque<Object> waiting = new ArrayDeque<>(0);
    private final UnansweredRequests unanswered = new UnansweredRequests();
    private boolean readWanted;

    RequestOrderHandler(UpgradeCheck check) {
        this.check = check;
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
        if (mustWait(message) || !waiting.isEmpty()) {
            waiting.add(message);
        } else {
            pass(ctx, message);
        }
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
        boolean allAnswered = unanswered.onWrite(message);
        ChannelFuture _ = ctx.write(message, promise);
        if (allAnswered && !waiting.isEmpty()) {
            ctx.executor().execute(() -> passWaiting(ctx));
        }
    }

    private boolean mustWait(Object message) {
        return !unanswered.isEmpty()
                && message instanceof HttpRequest head
                && check.isForWorkers(head);
    }

    private void passWaiting(ChannelHandlerContext ctx) {
        boolean passed = false;
        while (!ctx.isRemoved() && !waiting.isEmpty() && !mustWait(waiting.getFirst())) {
            pass(ctx, waiting.removeFirst());
            passed = true;
        }
        if (!ctx.isRemoved() && passed) {
            ctx.fireChannelReadComplete();
        }
        if (!ctx.isRemoved() && waiting.isEmpty() && readWanted) {
            readWanted = false;
            ctx.read();
        }
    }

    private void pass(ChannelHandlerContext ctx, Object message) {
        if (message instanceof HttpRequest) {
            unanswered.onRequest();
        }
        ctx.fireChannelRead(message);
    }
}
