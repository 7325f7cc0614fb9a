package dev.frontdoor.tcp;

import dev.frontdoor.auth.AuthenticationResult;
import dev.frontdoor.auth.AuthenticationResult.Accepted;
import dev.frontdoor.auth.AuthenticationResult.Refused;
import dev.frontdoor.connection.drain.ConnectionAdmission;
import dev.frontdoor.invocation.thread.Timeouts;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Waits for a channel's first bytes, and makes a worker's connection of it then. Load balancers'
 * checks send none: they get no pid and leave no line in the log.
 */
final class FirstBytesHandler extends ChannelInboundHandlerAdapter {

    private static final Logger log = LoggerFactory.getLogger(FirstBytesHandler.class);

    private final ConnectionAdmission admission;
    private final TcpPipeline pipeline;
    private final EntryMetrics metrics;
    private final Duration timeout;
    private @Nullable Future<?> pending;
    private boolean decided;

    FirstBytesHandler(
            ConnectionAdmission admission,
            TcpPipeline pipeline,
            EntryMetrics metrics,
            Duration timeout) {
        this.admission = admission;
        this.pipeline = pipeline;
        this.metrics = metrics;
        this.timeout = timeout;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        pending =
                ctx.channel()
                        .eventLoop()
                        .schedule(
                                () -> close(ctx, EntryRefusal.TOO_SLOW),
                                Timeouts.nanos(timeout),
                                TimeUnit.NANOSECONDS);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (pending != null) {
            pending.cancel(false);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ConnectionAdmission.Refusal refusal = admission.refusal(ctx.channel().eventLoop());
        if (decided) {
            ReferenceCountUtil.release(message);
        } else if (refusal != null) {
            ReferenceCountUtil.release(message);
            decide(ctx, EntryRefusal.of(refusal));
            pipeline.refuse(ctx.channel(), refusal.reason());
        } else {
            enter(ctx, message);
        }
    }

    private void enter(ChannelHandlerContext ctx, Object message) {
        AuthenticationResult proof = pipeline.authenticate(ctx.channel());
        if (proof instanceof Refused refused) {
            ReferenceCountUtil.release(message);
            decide(ctx, EntryRefusal.BAD_CERTIFICATE);
            pipeline.refuseCertificate(ctx.channel(), refused.reason());
            return;
        }
        decided = true;
        pipeline.install(ctx.channel(), proof instanceof Accepted accepted ? accepted : null);
        ctx.fireChannelRead(message);
        ctx.pipeline().remove(this);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (PeerEnd.isOf(event)) {
            close(ctx, EntryRefusal.SILENT);
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        decide(ctx, EntryRefusal.SILENT);
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        log.debug("closing the connection of {}", ctx.channel().remoteAddress(), cause);
        close(ctx, EntryRefusal.BROKEN);
    }

    private void close(ChannelHandlerContext ctx, EntryRefusal refusal) {
        decide(ctx, refusal);
        ChannelFuture _ = ctx.close();
    }

    /** The first reason counts. */
    private void decide(ChannelHandlerContext ctx, EntryRefusal refusal) {
        if (!decided) {
            decided = true;
            metrics.refused(refusal);
            log.debug("{} is not a worker: {}", ctx.channel().remoteAddress(), refusal.label());
        }
    }
}
