package dev.frontdoor.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A receiver on a plain socket, so that it can also send answers that no HTTP server sends. The
 * next script answers each request; without one the request is accepted. Then the connection ends.
 */
final class TestReceiver implements AutoCloseable {

    private static final long LIMIT_SECONDS = 60;

    /** A received request; header names are in lower case. */
    record Request(String start, Map<String, String> headers, String body) {

        String header(String name) {
            String value = headers.get(name);
            if (value == null) {
                throw new AssertionError("no " + name + " among " + headers);
            }
            return value;
        }

        JsonNode json() {
            return JsonMapper.builder().build().readTree(body);
        }

        String type() {
            String type = json().path("type").asString();
            return type.substring(type.lastIndexOf('.') + 1);
        }

        String subject() {
            return json().path("subject").asString();
        }
    }

    /** Opens a socket on a port of the loopback address. */
    interface Sockets {
        ServerSocket listen(int port) throws IOException;
    }

    /** How one request is answered. */
    interface Script {
        void play(Socket socket, OutputStream out) throws IOException;
    }

    private final BlockingQueue<Request> requests = new LinkedBlockingQueue<>();
    private final Queue<Script> scripts = new ConcurrentLinkedQueue<>();
    private final Semaphore gone = new Semaphore(0);
    private final String scheme;
    private final Sockets sockets;
    private ServerSocket server;
    private Thread accepting = Thread.currentThread();

    TestReceiver() throws IOException {
        this("http", port -> new ServerSocket(port, 50, InetAddress.getLoopbackAddress()));
    }

    /** Listens on other sockets than plain ones. */
    TestReceiver(String scheme, Sockets sockets) throws IOException {
        this.scheme = scheme;
        this.sockets = sockets;
        server = listen(0);
    }

    private ServerSocket listen(int port) throws IOException {
        ServerSocket listening = sockets.listen(port);
        accepting = Thread.ofVirtual().start(() -> accept(listening));
        return listening;
    }

    /** Stops listening, so that connections are refused. */
    void goDown() throws Exception {
        server.close();
        assertThat(accepting.join(Settings.LONG)).isTrue();
    }

    /** Listens on the same port again. */
    void comeBack() throws IOException {
        server = listen(server.getLocalPort());
    }

    URI url() {
        return URI.create("%s://127.0.0.1:%d/workers?v=1".formatted(scheme, server.getLocalPort()));
    }

    TestReceiver then(Script script) {
        scripts.add(script);
        return this;
    }

    TestReceiver thenAnswer(int status, String body) {
        return then(answer(status, body));
    }

    static Script answer(int status, String body) {
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        return (_, out) -> {
            out.write(
                    "HTTP/1.1 %d Some\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
                            .formatted(status, content.length)
                            .getBytes(StandardCharsets.US_ASCII));
            out.write(content);
        };
    }

    /** Writes these bytes and ends the connection. */
    static Script raw(String bytes) {
        return (_, out) -> out.write(bytes.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends nothing until the client closes the connection. */
    Script stall() {
        return (socket, _) -> awaitEnd(socket);
    }

    /** Starts an answer, then sends nothing until the client closes the connection. */
    Script stallAfter(String bytes) {
        return (socket, out) -> {
            raw(bytes).play(socket, out);
            out.flush();
            awaitEnd(socket);
        };
    }

    /** Answers with an endless body until the client closes the connection. */
    Script endless(int status) {
        return (socket, out) -> {
            raw("HTTP/1.1 %d Some\r\n\r\n".formatted(status)).play(socket, out);
            byte[] more = new byte[1024];
            try {
                while (true) {
                    out.write(more);
                }
            } catch (IOException e) {
                gone.release();
            }
        };
    }

    private void awaitEnd(Socket socket) throws IOException {
        try {
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        } finally {
            gone.release();
        }
    }

    /** Waits until the client of a stalled or endless answer has closed the connection. */
    void expectGone() throws InterruptedException {
        assertThat(gone.tryAcquire(LIMIT_SECONDS, TimeUnit.SECONDS)).as("it hung up").isTrue();
    }

    Request expect() throws InterruptedException {
        Request request = requests.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
        if (request == null) {
            throw new AssertionError("no request came");
        }
        return request;
    }

    Request expect(String type) throws InterruptedException {
        Request request = expect();
        assertThat(request.type()).isEqualTo(type);
        return request;
    }

    int unread() {
        return requests.size();
    }

    private void accept(ServerSocket listening) {
        try {
            while (true) {
                Socket socket = listening.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException e) {
            // The receiver was stopped.
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            Request request = read(socket.getInputStream());
            Script script = scripts.poll();
            requests.add(request);
            OutputStream out = socket.getOutputStream();
            (script == null ? answer(204, "") : script).play(socket, out);
        } catch (IOException e) {
            // The client closed the connection.
        }
    }

    /** Reads a request; fails at the end of the stream. */
    static Request read(InputStream in) throws IOException {
        String start = line(in);
        Map<String, String> headers = new HashMap<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
        String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
        return new Request(start, headers, body);
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new IOException("ended within its head");
            }
            line.write(next);
        }
        return line.toString(StandardCharsets.UTF_8).strip();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
