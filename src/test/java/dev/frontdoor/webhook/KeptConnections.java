package dev.frontdoor.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.webhook.TestReceiver.Request;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A receiver that keeps its connections open. The next answer is for the next request. */
final class KeptConnections implements AutoCloseable {

    static final String ACCEPTED = "HTTP/1.1 204 Yes\r\n\r\n";

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
    private final BlockingQueue<Request> requests = new LinkedBlockingQueue<>();
    private final Queue<String> answers = new ConcurrentLinkedQueue<>();
    private final Semaphore gone = new Semaphore(0);

    KeptConnections() throws IOException {
        Thread.ofVirtual().start(this::accept);
    }

    URI url() {
        return URI.create("http://127.0.0.1:%s/workers".formatted(server.getLocalPort()));
    }

    KeptConnections thenAnswer(String answer) {
        answers.add(answer);
        return this;
    }

    /** How many connections there were. */
    int count() {
        return sockets.size();
    }

    /** Writes to all connections. */
    void write(String bytes) throws IOException {
        for (Socket socket : sockets) {
            socket.getOutputStream().write(bytes.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Ends all connections. */
    void hangUp() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    /** Waits until the client has ended a connection. */
    void expectGone() throws InterruptedException {
        assertThat(gone.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                sockets.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException _) {
            // It was closed.
        }
    }

    private void serve(Socket socket) {
        try {
            while (true) {
                requests.add(TestReceiver.read(socket.getInputStream()));
                String answer = answers.poll();
                socket.getOutputStream()
                        .write(
                                (answer == null ? ACCEPTED : answer)
                                        .getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException _) {
            gone.release();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        hangUp();
    }
}
