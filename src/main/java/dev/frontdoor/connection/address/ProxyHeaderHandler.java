package dev.frontdoor.connection.address;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Takes the client's address from the header of the PROXY protocol, and closes a channel whose
 * header is damaged, missing or late. Leaves the pipeline once the header has been read, unless the
 * channel is not to be served: then nothing is passed on until it is closed.
 */
final class ProxyHeaderHandler extends ChannelInboundHandlerAdapter {

    private static final Logger log = LoggerFactory.getLogger(ProxyHeaderHandler.class);

    private final Duration timeout;
    private final ProxyHeaderMetrics metrics;
    private final Predicate<InetSocketAddress> onAddress;
    private @Nullable Future<?> pending;
    private boolean refused;

    /**
     * A handler of one channel.
     *
     * @param onAddress called with the address that the header names, if it names one; returns
     *     whether the channel is to be served
     */
    ProxyHeaderHandler(
            Duration timeout, ProxyHeaderMetrics metrics, Predicate<InetSocketAddress> onAddress) {
        this.timeout = timeout;
        this.metrics = metrics;
        this.onAddress = onAddress;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        pending =
                ctx.channel()
                        .eventLoop()
                        .schedule(
                                () -> refuse(ctx, ProxyHeaderRefusal.TOO_SLOW),
                                timeout.toNanos(),
                                TimeUnit.NANOSECONDS);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        stop();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        stop();
        ctx.fireChannelInactive();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof HAProxyMessage header) {
            try {
                receive(ctx, header);
            } finally {
                boolean _ = header.release();
            }
        } else if (refused) {
            boolean _ = ReferenceCountUtil.release(message);
        } else {
            ctx.fireChannelRead(message);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof DecoderException) {
            log.debug("PROXY header of {}: {}", ctx.channel().remoteAddress(), cause.toString());
            refuse(ctx, ProxyHeaderRefusal.MALFORMED);
        } else {
            ctx.fireExceptionCaught(cause);
        }
    }

    /** Closes the channel. The first refusal counts. */
    void refuse(ChannelHandlerContext ctx, ProxyHeaderRefusal refusal) {
        if (!refused) {
            refused = true;
            metrics.refused(refusal);
            log.debug(
                    "closing the connection of {}: PROXY header {}",
                    ctx.channel().remoteAddress(),
                    refusal.label());
            ChannelFuture _ = ctx.close();
        }
    }

    /** A proxy that connects for itself, such as its health check, names no address. */
    private void receive(ChannelHandlerContext ctx, HAProxyMessage header) {
        String source = header.sourceAddress();
        InetAddress address = source == null ? null : IpAddress.parse(source);
        if (address != null
                && !onAddress.test(new InetSocketAddress(address, header.sourcePort()))) {
            refused = true;
            stop();
            return;
        }
        // The header was read in place of the first bytes that the next handler asked for.
        ctx.read();
        ctx.pipeline().remove(this);
    }

    private void stop() {
        if (pending != null) {
            pending.cancel(false);
            pending = null;
        }
    }
}
