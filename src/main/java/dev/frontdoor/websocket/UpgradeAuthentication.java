package dev.frontdoor.websocket;

import dev.frontdoor.auth.AuthenticationResult;
import dev.frontdoor.auth.AuthenticationResult.Accepted;
import dev.frontdoor.auth.AuthenticationResult.Refused;
import dev.frontdoor.auth.AuthenticationResult.Unavailable;
import dev.frontdoor.auth.AuthenticationService;
import dev.frontdoor.connection.tls.PeerCertificates;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/**
 * Checks the certificate of an upgrade, or else its token, if workers need one. Used by any event
 * loop.
 */
final class UpgradeAuthentication {

    private static final Logger log = LoggerFactory.getLogger(UpgradeAuthentication.class);

    private static final String SCHEME = "bearer";

    private final AuthenticationService authentication;
    private final WebSocketPipeline webSockets;

    UpgradeAuthentication(AuthenticationService authentication, WebSocketPipeline webSockets) {
        this.authentication = authentication;
        this.webSockets = webSockets;
    }

    /** Whether an upgrade has something that is to be checked before it is answered. */
    boolean concerns(Channel channel, HttpRequest request) {
        return authentication.isRequired() && (bearer(request) != null || isByCertificate(channel));
    }

    private boolean isByCertificate(Channel channel) {
        return authentication.usesCertificates() && PeerCertificates.of(channel) != null;
    }

    /**
     * Checks what it has. Called on the event loop of the channel.
     *
     * @param onResult gets the result on that event loop, if this method returns null
     * @return the result if it is known at once; null otherwise
     */
    @Nullable AuthenticationResult check(
            Channel channel, HttpRequest request, Consumer<AuthenticationResult> onResult) {
        String token = bearer(request);
        return authentication.authenticate(
                webSockets.credentialsOf(channel, request, token == null ? "" : token),
                channel::isActive,
                later -> execute(channel, () -> onResult.accept(later)));
    }

    /** Why an upgrade is refused; null if what it has was accepted. */
    @Nullable RefusedUpgrade refusal(Channel channel, AuthenticationResult result) {
        return switch (result) {
            case Accepted _ -> null;
            case Refused refused -> {
                UpgradeRefusal refusal =
                        isByCertificate(channel)
                                ? UpgradeRefusal.BAD_CERTIFICATE
                                : UpgradeRefusal.UNAUTHORIZED;
                String text = refusal.reason();
                yield new RefusedUpgrade(refusal, text, text + ": " + refused.reason());
            }
            case Unavailable _ -> new RefusedUpgrade(UpgradeRefusal.CANNOT_AUTHENTICATE);
        };
    }

    /** The token; null if there is none, as where the credentials are of another scheme. */
    private static @Nullable String bearer(HttpRequest request) {
        List<String> values = request.headers().getAll(HttpHeaderNames.AUTHORIZATION);
        for (String value : values) {
            if (isBearer(value)) {
                // Of two values nobody can say which one a proxy has looked at.
                return values.size() == 1 ? value.substring(SCHEME.length()).strip() : "";
            }
        }
        return null;
    }

    private static boolean isBearer(String value) {
        return value.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                && (value.length() == SCHEME.length() || value.charAt(SCHEME.length()) == ' ');
    }

    private static void execute(Channel channel, Runnable task) {
        try {
            channel.eventLoop().execute(task);
        } catch (RejectedExecutionException e) {
            log.debug("a result came after the end of its event loop");
        }
    }
}
