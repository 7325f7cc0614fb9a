package dev.frontdoor.test.server;

import dev.frontdoor.protocol.Frame;
import dev.frontdoor.protocol.FrameCodec;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a client puts on the wire: requests as text, WebSocket frames as bytes. */
public final class Requests {

    /** The first byte of a whole binary message. */
    public static final int BINARY = 0x82;

    /** The first byte of a WebSocket ping. */
    public static final int PING = 0x89;

    /** The first byte of a WebSocket close. */
    public static final int CLOSE = 0x88;

    private static final String KEY = "AAECAwQFBgcICQoLDA0ODw==";

    private String start = "GET /liminal HTTP/1.1";
    private final List<String> headers =
            new ArrayList<>(
                    List.of(
                            "Host: localhost",
                            "Connection: Upgrade",
                            "Upgrade: websocket",
                            "Sec-WebSocket-Version: 13",
                            "Sec-WebSocket-Key: " + KEY));

    private Requests() {}

    /** A GET of that path, as text. */
    public static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    }

    /** A good upgrade, to be spoiled. */
    public static Requests upgrade() {
        return new Requests();
    }

    /** What answers the key of an upgrade made here. */
    public static String accept() {
        return "Bz3qJYTGdOe8gUSpLosEdiLKDrk=";
    }

    /** Another request line. */
    public Requests start(String start) {
        this.start = start;
        return this;
    }

    /** One more header. */
    public Requests with(String header) {
        headers.add(header);
        return this;
    }

    /** Without the header of that name. */
    public Requests without(String name) {
        headers.removeIf(header -> header.startsWith(name + ":"));
        return this;
    }

    /** The request with its empty line. */
    @Override
    public String toString() {
        return start + "\r\n" + String.join("\r\n", headers) + "\r\n\r\n";
    }

    /** A binary message that holds a frame. */
    public static byte[] message(Frame frame) {
        return masked(BINARY, FrameCodec.encode(frame));
    }

    /** A WebSocket close with that code and no reason. */
    public static byte[] close(int code) {
        return masked(CLOSE, ByteBuffer.allocate(2).putShort((short) code).array());
    }

    /** A WebSocket frame as clients send them; the masking key is zero. */
    public static byte[] masked(int first, byte[] payload) {
        return webSocketFrame(first, true, payload.length, payload);
    }

    /** A WebSocket frame that is not masked. */
    public static byte[] unmasked(int first, byte[] payload) {
        return webSocketFrame(first, false, payload.length, payload);
    }

    /** A masked WebSocket frame that declares a length of its own. */
    public static byte[] declaring(int first, long length, byte[] payload) {
        return webSocketFrame(first, true, length, payload);
    }

    private static byte[] webSocketFrame(int first, boolean masked, long length, byte[] payload) {
        int mask = masked ? 0x80 : 0;
        ByteBuffer frame = ByteBuffer.allocate(14 + payload.length).put((byte) first);
        if (length >= 0 && length <= 125) {
            frame.put((byte) (mask | length));
        } else if (length >= 0 && length <= 0xFFFF) {
            frame.put((byte) (mask | 126)).putShort((short) length);
        } else {
            frame.put((byte) (mask | 127)).putLong(length);
        }
        if (masked) {
            frame.putInt(0);
        }
        frame.put(payload);
        return Arrays.copyOf(frame.array(), frame.position());
    }
}
