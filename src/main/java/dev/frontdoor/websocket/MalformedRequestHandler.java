package dev.frontdoor.websocket;

import dev.frontdoor.connection.address.ClientAddresses;
import dev.frontdoor.registration.RefusalLog;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.List;

/**
 * Refuses a request that the HTTP codec could not decode, or whose HTTP version is not 1.x, and
 * ends its channel. Reactor Netty would log such a request as it is. On the workers' port, it
 * stands behind the handlers of the workers' path.
 */
final class MalformedRequestHandler extends ChannelInboundHandlerAdapter {

    private static final Logger log = LoggerFactory.getLogger(MalformedRequestHandler.class);

    private final RefusalLog refusals;
    private final ClientAddresses addresses;
    private final HttpCloser closer;
    private boolean ended;

    MalformedRequestHandler(RefusalLog refusals, ClientAddresses addresses, HttpCloser closer) {
        this.refusals = refusals;
        this.addresses = addresses;
        this.closer = closer;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!ended && message instanceof HttpObject decoded && isMalformed(decoded)) {
            ended = true;
            refuse(ctx, decoded.decoderResult().cause());
        }
        if (ended) {
            ReferenceCountUtil.release(message);
        } else {
            ctx.fireChannelRead(message);
        }
    }

    private static boolean isMalformed(HttpObject decoded) {
        return decoded.decoderResult().isFailure()
                || (decoded instanceof HttpRequest request
                        && (request.protocolVersion().majorVersion() != 1
                                || !hasPath(request.uri())));
    }

    /** Whether a target is a path, or names one with scheme and host. */
    private static boolean hasPath(String target) {
        return target.startsWith("/")
                || target.startsWith("http://")
                || target.startsWith("https://");
    }

    private void refuse(ChannelHandlerContext ctx, @Nullable Throwable cause) {
        UpgradeRefusal refusal =
                cause instanceof TooLongFrameException
                        ? UpgradeRefusal.HEAD_TOO_LARGE
                        : UpgradeRefusal.BAD_REQUEST;
        String remoteAddress = addresses.of(ctx.channel(), List.of());
        refusals.log(
                "malformed requests",
                remoteAddress,
                () ->
                        log.warn(
                                "a request from {} was refused with status {}: {}",
                                remoteAddress,
                                refusal.status(),
                                refusal.reason()));
        closer.closeAfter(ctx.writeAndFlush(refusal.response(false)));
    }
}
