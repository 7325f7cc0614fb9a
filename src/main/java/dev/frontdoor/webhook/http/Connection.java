package dev.frontdoor.webhook.http;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;

import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * One connection to the receiver. One thread at a time uses it, and any thread may close its
 * socket, which ends every wait. An interrupt does so, too.
 */
final class Connection {

    private final SocketChannel channel;
    private @Nullable OutputStream out;
    private @Nullable ResponseReader reader;

    /** Whether requests name the whole address, as a proxy needs it. */
    private boolean needsWholeAddress;

    /** When it was last used, in nanoseconds of the monotonic clock. */
    private volatile long idleSince;

    /** Not yet connected. */
    Connection() throws IOException {
        channel = SocketChannel.open();
    }

    boolean isConnected() {
        return reader != null;
    }

    void connect(Origin origin) throws IOException {
        InetSocketAddress proxy = origin.proxy();
        origin.connect(channel, proxy);
        Socket socket = channel.socket();
        if (origin.isSecure()) {
            if (proxy != null) {
                openTunnel(socket, origin);
            }
            socket = origin.tls().over(socket, origin.url(), origin.port());
        }
        needsWholeAddress = proxy != null && !origin.isSecure();
        out = socket.getOutputStream();
        reader = new ResponseReader(socket.getInputStream());
    }

    private static void openTunnel(Socket socket, Origin origin) throws IOException {
        RequestText request = new RequestText("CONNECT " + origin.authority());
        request.header(HttpHeaders.HOST, origin.authority());
        socket.getOutputStream().write(request.bytes(new byte[0]));
        try (ResponseReader reader = new ResponseReader(socket.getInputStream())) {
            int status = reader.readHead().status().code();
            if (status / 100 != 2) {
                throw new ConnectException("the proxy responded with status " + status);
            }
        }
    }

    /** Sends a request and reads its response. */
    Response exchange(HttpMethod method, URI uri, String host, HttpHeaders headers, byte[] body)
            throws IOException {
        if (out == null || reader == null) {
            throw new IllegalStateException("not connected");
        }
        RequestText request = new RequestText(method + " " + target(uri));
        request.header(HttpHeaders.HOST, host);
        headers.forEach((name, values) -> values.forEach(value -> request.header(name, value)));
        IOException unsent = null;
        try {
            out.write(request.bytes(body));
        } catch (IOException e) {
            unsent = e;
        }
        try {
            return reader.read();
        } catch (IOException e) {
            // A receiver may respond to a large request, and end the connection, before it has read
            // all.
            throw unsent == null ? e : unsent;
        }
    }

    private String target(URI uri) {
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        return needsWholeAddress
                ? "%s://%s%s%s".formatted(uri.getScheme(), uri.getRawAuthority(), path, query)
                : path + query;
    }

    void idleSince(long now) {
        idleSince = now;
    }

    long idleSince() {
        return idleSince;
    }

    /** Whether the receiver has neither ended the connection nor sent what nobody asked for. */
    boolean isUsable() {
        try {
            channel.configureBlocking(false);
            boolean quiet = channel.read(ByteBuffer.allocate(1)) == 0;
            channel.configureBlocking(true);
            return quiet;
        } catch (IOException _) {
            return false;
        }
    }

    /** Ends a wait for the receiver, on whatever thread. */
    void closeSocket() {
        try {
            channel.close();
        } catch (IOException _) {
            // It is closed all the same.
        }
    }

    /** Closes it, on the thread that uses it. */
    void close() {
        closeSocket();
        if (reader != null) {
            reader.close();
        }
    }
}
