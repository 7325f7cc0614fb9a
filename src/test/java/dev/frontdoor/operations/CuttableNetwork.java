package dev.frontdoor.operations;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A network between workers and the service that can be cut: then nothing passes any more in either
 * direction, and neither side is told.
 */
final class CuttableNetwork implements AutoCloseable {

    private final URI target;
    private final ServerSocket entrance;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private volatile boolean cut;

    private CuttableNetwork(URI target) throws IOException {
        this.target = target;
        this.entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().name("network").start(this::accept);
    }

    /** A network to this service. */
    static CuttableNetwork to(URI target) throws IOException {
        return new CuttableNetwork(target);
    }

    /** The service, as it is reached through this network. */
    URI uri() {
        return URI.create(
                "ws://localhost:%d%s".formatted(entrance.getLocalPort(), target.getPath()));
    }

    /** Lets nothing pass from now on. */
    void cut() {
        cut = true;
    }

    @Override
    public void close() throws IOException {
        entrance.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private void accept() {
        while (!entrance.isClosed()) {
            try {
                Socket worker = entrance.accept();
                Socket service = new Socket(target.getHost(), target.getPort());
                sockets.addAll(List.of(worker, service));
                Thread.ofVirtual().start(() -> forward(worker, service));
                Thread.ofVirtual().start(() -> forward(service, worker));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void forward(Socket from, Socket to) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[8192];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                if (!cut) {
                    out.write(buffer, 0, count);
                }
            }
        } catch (IOException e) {
            // One side has ended; closing the network ends the other.
        }
    }
}
