package dev.frontdoor.process;

import dev.frontdoor.protocol.Bytes;
import dev.frontdoor.protocol.Frame;
import dev.frontdoor.protocol.Frame.Connect;
import dev.frontdoor.protocol.Frame.Disconnect;
import dev.frontdoor.protocol.Frame.Ping;
import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.protocol.FrameCodec;
import dev.frontdoor.protocol.ProtocolVersion;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.WebSocketFrame;
import dev.frontdoor.test.server.Requests;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

import javax.net.ssl.SSLContext;

/**
 * A peer that does one random thing after another, in a sequence that its seed determines:
 * connects, sends bytes, HTTP, upgrades and frames, whole or damaged, reads or does not, pauses,
 * and goes.
 */
final class HostilePeer {

    private static final int LONG_SEQUENCE = 200;

    private static final List<String> METHODS = List.of("GET", "POST", "HEAD", "PUT", "\0", "PRI");
    private static final List<String> TARGETS =
            List.of("/liminal", "/liminal?a=b", "/", "//", "/elsewhere", "http:/liminal", "*", "");
    private static final List<String> VERSIONS = List.of("HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "X");
    private static final List<String> HEADERS =
            List.of(
                    "Host: localhost",
                    "Connection: Upgrade",
                    "Connection: close",
                    "Upgrade: websocket",
                    "Sec-WebSocket-Version: 13",
                    "Sec-WebSocket-Key: AAECAwQFBgcICQoLDA0ODw==",
                    "Content-Length: 5",
                    "Content-Length: 99999999999",
                    "Transfer-Encoding: chunked",
                    "Expect: 100-continue",
                    "X-Forwarded-For: 192.0.2.1",
                    "Origin: evil",
                    "X: " + "y".repeat(9000));
    private static final List<Integer> OPCODES =
            List.of(0x82, 0x82, 0x82, 0x02, 0x00, 0x80, 0x81, 0x88, 0x89, 0x8A, 0xC2, 0x8F);

    /** The header of a TLS handshake record, and of a ClientHello of 1000 bytes in it. */
    private static final byte[] CLIENT_HELLO = HexFormat.of().parseHex("16030103ec010003e80303");

    private final int port;
    private final @Nullable SSLContext tls;
    private final Random random;
    private @Nullable HostileSocket socket;
    private boolean reads;
    private int pause;

    /**
     * A peer that is not connected.
     *
     * @param tls for a port with TLS: the peer then speaks TLS, or does not, or begins to
     */
    HostilePeer(int port, @Nullable SSLContext tls, long seed) {
        this.port = port;
        this.tls = tls;
        this.random = new Random(seed);
    }

    /** Does the next thing. */
    void act() throws IOException {
        if (pause > 0) {
            pause--;
            return;
        }
        HostileSocket open = socket;
        if (open == null || open.hasEnded()) {
            end();
            open = connect();
            socket = open;
            reads = random.nextInt(4) > 0;
            if (random.nextInt(3) > 0) {
                int _ = open.send(Requests.upgrade().toString());
            }
            return;
        }
        int action = random.nextInt(LONG_SEQUENCE);
        if (reads) {
            int _ = open.read();
        }
        if (action < 10) {
            pause = random.nextInt(LONG_SEQUENCE);
        } else if (action < 13) {
            open.reset();
            end();
        } else if (action < 15) {
            open.endSending();
        } else if (action < 17) {
            end();
        } else if (action < 40) {
            int _ = open.send(request());
        } else if (action < 50) {
            int _ = open.send(request().repeat(1 + random.nextInt(500)));
        } else if (action < 60) {
            byte[] bytes = bytes(1 << random.nextInt(17));
            int _ = random.nextBoolean() ? open.send(bytes) : open.sendUnsecured(bytes);
        } else if (action < 70) {
            int _ = open.send(Requests.upgrade().toString());
        } else if (action < 90) {
            int _ = open.send(unfinished());
        } else if (action < 120) {
            int _ = open.send(WebSocketFrame.masked(pick(OPCODES), damaged(frame())));
        } else {
            int _ = open.send(WebSocketFrame.message(frame()));
        }
    }

    /** Goes away. */
    void end() throws IOException {
        HostileSocket open = socket;
        socket = null;
        if (open != null) {
            open.close();
        }
    }

    private HostileSocket connect() throws IOException {
        if (tls == null || random.nextInt(4) == 0) {
            HostileSocket plain = HostileSocket.connect(port);
            if (tls != null && random.nextBoolean()) {
                int _ = plain.send(CLIENT_HELLO);
            }
            return plain;
        }
        return HostileSocket.connect(port, tls);
    }

    private String request() {
        StringBuilder request =
                new StringBuilder(
                        "%s %s %s\r\n".formatted(pick(METHODS), pick(TARGETS), pick(VERSIONS)));
        for (int i = random.nextInt(8); i > 0; i--) {
            request.append(pick(HEADERS)).append("\r\n");
        }
        return request.append(random.nextInt(4) > 0 ? "\r\n" : "").toString();
    }

    /** A header that announces more than follows it. */
    private byte[] unfinished() {
        long length = 1L << random.nextInt(64);
        return WebSocketFrame.declaring(pick(OPCODES), length, bytes(random.nextInt(2000)));
    }

    private Frame frame() {
        return switch (random.nextInt(6)) {
            case 0 ->
                    new Connect(
                            0, ProtocolVersion.V1_0, ProtocolVersion.V1_0, Bytes.copyOf(bytes(9)));
            case 1, 2 ->
                    new WorkerRegister(
                            0, TestWorker.registration("hostile-" + random.nextInt(100)));
            case 3 -> Bystanders.publication(1 + random.nextInt(9), bytes(1 << random.nextInt(17)));
            case 4 -> random.nextInt(10) == 0 ? new Disconnect(0) : new Ping(0);
            default -> new Ping(0);
        };
    }

    /** The bytes of a frame of which some are wrong or missing. A publication stays whole. */
    private byte[] damaged(Frame frame) {
        byte[] bytes = FrameCodec.encode(frame);
        if (frame instanceof Frame.Publish) {
            return bytes;
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return random.nextBoolean()
                ? bytes
                : Arrays.copyOf(bytes, random.nextInt(2 * bytes.length));
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private <T> T pick(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }
}
