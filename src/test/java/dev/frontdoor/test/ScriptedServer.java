package dev.frontdoor.test;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.protocol.Bytes;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The other end of a {@link TestWorker} in its own tests: says what a test makes it say. */
final class ScriptedServer implements AutoCloseable {

    private static final Pattern KEY = Pattern.compile("Sec-WebSocket-Key: (\\S+)\r\n");

    private final ServerSocket listener;
    private final UnaryOperator<String> answer;
    private final BlockingQueue<Peer> peers = new LinkedBlockingQueue<>();

    private ScriptedServer(UnaryOperator<String> answer) throws IOException {
        this.answer = answer;
        this.listener = new ServerSocket(0, 1000, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::serve);
    }

    /** A server that grants every upgrade. */
    static ScriptedServer granting() throws IOException {
        return answering(ScriptedServer::grant);
    }

    /** A server that answers every request head with that text, and closes after an empty one. */
    static ScriptedServer answering(UnaryOperator<String> answer) throws IOException {
        return new ScriptedServer(answer);
    }

    static String grant(String head) {
        Matcher key = KEY.matcher(head);
        String accept = key.find() ? accept(key.group(1)) : "";
        return "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Accept: "
                + accept
                + "\r\n\r\n";
    }

    private static String accept(String key) {
        try {
            String salted = key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
            byte[] digest =
                    MessageDigest.getInstance("SHA-1")
                            .digest(salted.getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    URI uri() {
        return URI.create("ws://127.0.0.1:" + listener.getLocalPort() + "/liminal");
    }

    /** The next worker that has been answered. */
    Peer peer() throws InterruptedException {
        Peer peer = peers.poll(5, TimeUnit.SECONDS);
        assertThat(peer).as("a worker that connects").isNotNull();
        return peer;
    }

    private void serve() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                socket.setSoTimeout(5000);
                String head = head(socket);
                String text = answer.apply(head);
                socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
                if (text.isEmpty()) {
                    socket.close();
                }
                peers.add(new Peer(socket, head));
            } catch (IOException e) {
                // The listener is closed, or a worker went away: the test that waits will say so.
            }
        }
    }

    private static String head(Socket socket) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                throw new IOException("no whole request");
            }
            head.append((char) next);
        }
        return head.toString();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Peer peer : peers) {
            peer.socket().close();
        }
    }

    /** A frame as it came, unmasked. */
    record ClientFrame(int firstByte, boolean masked, Bytes payload) {}

    /** The server's end of one connection. */
    record Peer(Socket socket, String head) implements AutoCloseable {

        ClientFrame read() throws IOException {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            int first = in.readUnsignedByte();
            int second = in.readUnsignedByte();
            int length = second & 0x7F;
            if (length == 126) {
                length = in.readUnsignedShort();
            } else if (length == 127) {
                length = Math.toIntExact(in.readLong());
            }
            byte[] key = new byte[4];
            boolean masked = (second & 0x80) != 0;
            if (masked) {
                in.readFully(key);
            }
            byte[] payload = new byte[length];
            in.readFully(payload);
            for (int i = 0; i < length; i++) {
                payload[i] ^= key[i % 4];
            }
            return new ClientFrame(first, masked, Bytes.copyOf(payload));
        }

        /** Sends a frame with that first byte, unmasked. */
        void write(int firstByte, byte[] payload) throws IOException {
            ByteBuffer frame = ByteBuffer.allocate(10 + payload.length).put((byte) firstByte);
            if (payload.length < 126) {
                frame.put((byte) payload.length);
            } else if (payload.length <= 0xFFFF) {
                frame.put((byte) 126).putShort((short) payload.length);
            } else {
                frame.put((byte) 127).putLong(payload.length);
            }
            frame.put(payload);
            socket.getOutputStream().write(frame.array(), 0, frame.position());
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
