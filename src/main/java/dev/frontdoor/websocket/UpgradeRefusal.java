package dev.frontdoor.websocket;

import dev.frontdoor.connection.drain.ConnectionAdmission.Refusal;
import dev.frontdoor.invocation.Labeled;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;

/** Why a request on the workers' path was not upgraded: its status, label and text. */
enum UpgradeRefusal implements Labeled {
    NOT_AN_UPGRADE(426, "this path serves WebSockets: send GET with Upgrade: websocket"),
    UNSUPPORTED_VERSION(426, "Sec-WebSocket-Version must be 13"),
    BAD_KEY(400, "one Sec-WebSocket-Key is needed, the base64 of 16 bytes"),
    BODY_NOT_ALLOWED(400, "an upgrade has no body"),
    SUBPROTOCOL_NOT_SERVED(
            400, "none of the subprotocols is served: send no Sec-WebSocket-Protocol"),
    BAD_LABELS(400, "the labels are malformed"),
    BAD_ORIGIN(400, "at most one Origin is allowed, in visible ASCII"),
    ORIGIN_NOT_ALLOWED(403, "this Origin is not one of frontdoor.allowed-origins"),
    BAD_REQUEST(400, "the request is malformed: it needs HTTP/1.1, one valid Host and a path"),
    UNAUTHORIZED(401, "the token is not accepted"),
    BAD_CERTIFICATE(401, "the certificate is not accepted"),
    HEAD_TOO_LARGE(431, "the request head is larger than frontdoor.limits.max-request-head-size"),
    HEAD_TOO_SLOW(408, "the request head took too long"),
    CANNOT_AUTHENTICATE(503, "the credentials cannot be checked now; retry in a few seconds"),
    STARTING(503, Refusal.STARTING.reason()),
    OVERLOADED(503, Refusal.OVERLOADED.reason()),
    DRAINING(503, Refusal.DRAINING.reason());

    private final int status;
    private final String reason;

    UpgradeRefusal(int status, String reason) {
        this.status = status;
        this.reason = reason;
    }

    /** The refusal of an upgrade because the service takes no connection; null if it does. */
    static @Nullable UpgradeRefusal of(@Nullable Refusal refusal) {
        return switch (refusal) {
            case null -> null;
            case STARTING -> STARTING;
            case OVERLOADED -> OVERLOADED;
            case DRAINING -> DRAINING;
        };
    }

    /**
     * The response, with the headers that its status needs.
     *
     * @param keepAlive whether the channel stays open
     */
    FullHttpResponse response(boolean keepAlive) {
        return response(reason, keepAlive);
    }

    /**
     * The response with a text that says more than {@link #reason}.
     *
     * @param keepAlive whether the channel stays open
     */
    FullHttpResponse response(String text, boolean keepAlive) {
        FullHttpResponse response =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1,
                        HttpResponseStatus.valueOf(status),
                        Unpooled.copiedBuffer(text + "\n", StandardCharsets.UTF_8));
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, "text/plain;charset=UTF-8");
        HttpUtil.setContentLength(response, response.content().readableBytes());
        if (!keepAlive) {
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        switch (status) {
            case 426 ->
                    response.headers()
                            .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
                            .set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, "13");
            case 401 -> response.headers().set(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer");
            case 503 -> response.headers().set(HttpHeaderNames.RETRY_AFTER, retryAfterSeconds());
            default -> {}
        }
        return response;
    }

    int status() {
        return status;
    }

    String reason() {
        return reason;
    }

    /** Whether it is the client's fault, and not the state of the service. */
    boolean isFaultOfClient() {
        return status < 500;
    }

    /** When a worker that was refused may try again, perhaps at another instance. */
    private int retryAfterSeconds() {
        return this == OVERLOADED || this == CANNOT_AUTHENTICATE ? 5 : 1;
    }
}
