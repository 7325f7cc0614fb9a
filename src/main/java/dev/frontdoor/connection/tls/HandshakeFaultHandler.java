package dev.frontdoor.connection.tls;

import dev.frontdoor.connection.address.ClientAddresses;
import dev.frontdoor.notifier.DisplayText;
import dev.frontdoor.registration.RefusalLog;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.security.cert.CertificateException;
import java.util.List;
import java.util.Locale;

/**
 * Logs a TLS handshake that fails over a certificate, the client's or the service's own. Other
 * failures are those of scanners. Stands behind the handler of TLS until the handshake has ended.
 */
public final class HandshakeFaultHandler extends ChannelInboundHandlerAdapter {

    private static final Logger log = LoggerFactory.getLogger(HandshakeFaultHandler.class);

    private final RefusalLog refusals;
    private final ClientAddresses addresses;

    public HandshakeFaultHandler(RefusalLog refusals, ClientAddresses addresses) {
        this.refusals = refusals;
        this.addresses = addresses;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            if (!handshake.isSuccess()) {
                failed(addresses.of(ctx.channel(), List.of()), handshake.cause());
            }
            ctx.fireUserEventTriggered(event);
            ctx.pipeline().remove(this);
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    private void failed(String remoteAddress, Throwable cause) {
        if (isAboutCertificates(cause)) {
            refusals.log(
                    "failed TLS handshakes",
                    remoteAddress,
                    () ->
                            log.warn(
                                    "the TLS handshake of {} failed: {}",
                                    remoteAddress,
                                    DisplayText.of(String.valueOf(cause.getMessage()))));
        }
    }

    private static boolean isAboutCertificates(Throwable failure) {
        return failure.getCause() instanceof CertificateException
                || String.valueOf(failure.getMessage())
                        .toLowerCase(Locale.ROOT)
                        .contains("certificate");
    }
}
