package dev.frontdoor.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** One address before several services, as a load balancer is: each connection goes to the next. */
final class TcpFront implements AutoCloseable {

    private static final int CONNECT_MILLIS = 5_000;

    private final ServerSocket server;
    private final AtomicInteger next = new AtomicInteger();
    private volatile List<Integer> ports = List.of();

    TcpFront() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /** Further connections go to these ports; those that are open stay. */
    void to(Integer... ports) {
        this.ports = List.of(ports);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                Thread.ofVirtual().start(() -> connect(client));
            } catch (IOException e) {
                if (!server.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    /** A client finds the connection closed if no service takes it. */
    private void connect(Socket client) {
        List<Integer> candidates = ports;
        int first = next.getAndIncrement();
        for (int i = 0; i < candidates.size(); i++) {
            int port = candidates.get(Math.floorMod(first + i, candidates.size()));
            Socket service = new Socket();
            try {
                service.connect(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                        CONNECT_MILLIS);
                Thread.ofVirtual().start(() -> pipe(client, service));
                pipe(service, client);
                return;
            } catch (IOException e) {
                close(service);
            }
        }
        close(client);
    }

    /** Passes bytes on until either end closes, and then closes both. */
    private static void pipe(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // an end that broke off: the other is closed, too
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
