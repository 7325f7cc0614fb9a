package dev.frontdoor.webhook.http;

import io.netty.handler.codec.http.HttpHeaderValidationUtil;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A request in HTTP/1.1, as it is sent. */
final class RequestText {

    private final StringBuilder head = new StringBuilder(512);

    /** Starts with a method and a target. */
    RequestText(String start) {
        head.append(start).append(" HTTP/1.1\r\n");
    }

    /** Adds a header. */
    void header(String name, String value) {
        if (HttpHeaderValidationUtil.validateToken(name) >= 0
                || HttpHeaderValidationUtil.validateValidHeaderValue(value) >= 0) {
            throw new IllegalArgumentException("no header: " + name);
        }
        head.append(name).append(": ").append(value).append("\r\n");
    }

    /** Its head and a body. */
    byte[] bytes(byte[] body) {
        byte[] start = head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        byte[] all = Arrays.copyOf(start, start.length + body.length);
        System.arraycopy(body, 0, all, start.length, body.length);
        return all;
    }
}
