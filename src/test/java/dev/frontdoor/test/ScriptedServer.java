package dev.frontdoor.test;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The other end of a {@link TestWorker} in its own tests: says what a test makes it say. */
final class ScriptedServer implements AutoCloseable {

    private static final int TIMEOUT_SECONDS = 30;
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
        String accept = key.find() ? Upgrade.acceptFor(key.group(1)) : "";
        return "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Accept: "
                + accept
                + "\r\n\r\n";
    }

    URI uri() {
        return URI.create("ws://127.0.0.1:" + listener.getLocalPort() + "/liminal");
    }

    /** The next worker that has been answered. */
    Peer peer() throws InterruptedException {
        Peer peer = peers.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        assertThat(peer).as("a worker that connects").isNotNull();
        return peer;
    }

    private void serve() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                socket.setSoTimeout(TIMEOUT_SECONDS * 1000);
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

    /** The server's end of one connection. */
    record Peer(Socket socket, String head) implements AutoCloseable {

        WebSocketFrame read() throws IOException {
            return WebSocketFrame.read(socket.getInputStream());
        }

        /** Sends a frame with that first byte, unmasked. */
        void write(int firstByte, byte[] payload) throws IOException {
            socket.getOutputStream().write(WebSocketFrame.unmasked(firstByte, payload));
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
