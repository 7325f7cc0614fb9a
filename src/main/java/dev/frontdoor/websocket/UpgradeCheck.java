package dev.frontdoor.websocket;

import dev.frontdoor.connection.drain.ConnectionAdmission;

import io.netty.channel.EventLoop;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Decides which requests are upgraded: section 2 of docs/protocol.md. Used by any thread. */
final class UpgradeCheck {

    private static final String ACCEPT_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int KEY_SIZE = 16;

    private final String path;
    private final int maxHeadSize;
    private final Set<String> allowedOrigins;
    private final Subprotocols subprotocols;
    private final ConnectionAdmission admission;

    /**
     * A check of all requests.
     *
     * @param maxHeadSize the largest request head, in bytes, as it stands on the wire
     */
    UpgradeCheck(
            String path,
            int maxHeadSize,
            List<String> allowedOrigins,
            Subprotocols subprotocols,
            ConnectionAdmission admission) {
        this.path = path;
        this.maxHeadSize = maxHeadSize;
        this.admission = admission;
        this.subprotocols = subprotocols;
        this.allowedOrigins = Set.copyOf(allowedOrigins);
    }

    /**
     * Whether a request is on the workers' path, or its head is so long that its path is unknown.
     */
    boolean isForWorkers(HttpRequest request) {
        if (isTooLong(request)) {
            return true;
        }
        String uri = request.uri();
        int start = uri.startsWith("/") ? 0 : Math.max(uri.indexOf('/', uri.indexOf("//") + 2), 0);
        int query = uri.indexOf('?', start);
        int end = query < 0 ? uri.length() : query;
        return end - start == path.length() && uri.startsWith(path, start);
    }

    /**
     * Why a request on the workers' path is not upgraded; null if it is to be.
     *
     * @param loop the event loop of its channel, on which this is called
     */
    @Nullable RefusedUpgrade refusal(HttpRequest request, EventLoop loop) {
        UpgradeRefusal refusal = headRefusal(request);
        if (refusal == null) {
            try {
                var _ = DeclaredLabels.of(request);
            } catch (IllegalArgumentException e) {
                return new RefusedUpgrade(
                        UpgradeRefusal.BAD_LABELS, String.valueOf(e.getMessage()));
            }
            refusal = UpgradeRefusal.of(admission.refusal(loop));
        }
        return refusal == null ? null : new RefusedUpgrade(refusal);
    }

    private @Nullable UpgradeRefusal headRefusal(HttpRequest request) {
        HttpHeaders headers = request.headers();
        if (isTooLong(request) || sizeOf(request) > maxHeadSize) {
            return UpgradeRefusal.HEAD_TOO_LARGE;
        }
        if (request.decoderResult().isFailure()
                || !request.protocolVersion().equals(HttpVersion.HTTP_1_1)
                || !isOneHost(headers.getAll(HttpHeaderNames.HOST))
                || !RequestTarget.isValid(request.uri())) {
            return UpgradeRefusal.BAD_REQUEST;
        }
        if (!isUpgrade(request)) {
            return UpgradeRefusal.NOT_AN_UPGRADE;
        }
        if (!List.of("13").equals(headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_VERSION))) {
            return UpgradeRefusal.UNSUPPORTED_VERSION;
        }
        if (!isKey(headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_KEY))) {
            return UpgradeRefusal.BAD_KEY;
        }
        if (hasBody(request)) {
            return UpgradeRefusal.BODY_NOT_ALLOWED;
        }
        if (subprotocols.serveNoneOf(request)) {
            return UpgradeRefusal.SUBPROTOCOL_NOT_SERVED;
        }
        return originRefusal(headers.getAll(HttpHeaderNames.ORIGIN));
    }

    /** Whether a body follows the head. */
    static boolean hasBody(HttpRequest request) {
        return request.headers().contains(HttpHeaderNames.TRANSFER_ENCODING)
                || HttpUtil.getContentLength(request, 0L) != 0;
    }

    /** The value of Sec-WebSocket-Accept for a request. */
    static String accept(HttpRequest request) {
        String key = request.headers().get(HttpHeaderNames.SEC_WEBSOCKET_KEY);
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            byte[] answer = (key + ACCEPT_SUFFIX).getBytes(StandardCharsets.US_ASCII);
            return Base64.getEncoder().encodeToString(sha1.digest(answer));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }

    private static boolean isTooLong(HttpRequest request) {
        return request.decoderResult().cause() instanceof TooLongFrameException;
    }

    private static boolean isUpgrade(HttpRequest request) {
        HttpHeaders headers = request.headers();
        return request.method().equals(HttpMethod.GET)
                && headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)
                && headers.containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true);
    }

    private static boolean isOneHost(List<String> hosts) {
        return hosts.size() == 1 && RequestTarget.isHost(hosts.getFirst());
    }

    private static boolean isKey(List<String> keys) {
        try {
            return keys.size() == 1
                    && Base64.getDecoder().decode(keys.getFirst()).length == KEY_SIZE;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private @Nullable UpgradeRefusal originRefusal(List<String> origins) {
        if (origins.isEmpty()) {
            return null;
        }
        String origin = origins.getFirst();
        boolean visible = !origin.isEmpty() && origin.chars().allMatch(c -> c > 0x20 && c < 0x7F);
        if (origins.size() > 1 || !visible) {
            return UpgradeRefusal.BAD_ORIGIN;
        }
        return allowedOrigins.contains(origin) ? null : UpgradeRefusal.ORIGIN_NOT_ALLOWED;
    }

    private static int sizeOf(HttpRequest request) {
        int separators = 4; // ": " and the line's end, or the ends of the first and the last line
        int size =
                request.method().name().length()
                        + request.uri().length()
                        + request.protocolVersion().text().length()
                        + 2
                        + separators;
        for (Map.Entry<String, String> header : request.headers()) {
            size += header.getKey().length() + header.getValue().length() + separators;
        }
        return size;
    }
}
