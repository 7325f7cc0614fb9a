package dev.frontdoor.webhook;

import org.apache.hc.client5.http.impl.io.DefaultManagedHttpClientConnection;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.SocketHolder;
import org.apache.hc.core5.io.CloseMode;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

import javax.net.ssl.SSLSocket;

/**
 * A connection that is used again only if nothing came since its last response. Counts a response
 * that comes before the end of a request.
 */
final class Connection extends DefaultManagedHttpClientConnection {

    private static final Http1Config BOUNDS =
            Http1Config.custom().setMaxLineLength(16 * 1024).setMaxHeaderCount(100).build();

    private final ResponseParser parser;
    private @Nullable IOException unsent;
    private volatile boolean closed;

    Connection() {
        ResponseParser own = new ResponseParser(BOUNDS);
        super("webhook", null, null, BOUNDS, null, null, null, _ -> own);
        parser = own;
    }

    @Override
    public void bind(Socket socket) throws IOException {
        super.bind(socket);
        endIfClosed(socket);
    }

    @Override
    public void bind(SSLSocket secure, Socket socket) throws IOException {
        super.bind(secure, socket);
        endIfClosed(socket);
    }

    /** The deadline may pass while there is no socket to close. */
    private void endIfClosed(Socket socket) throws IOException {
        if (closed) {
            socket.close();
            throw new SocketException("closed before it was connected");
        }
    }

    @Override
    public void close() throws IOException {
        closed = true;
        super.close();
    }

    @Override
    public void close(CloseMode mode) {
        closed = true;
        super.close(mode);
    }

    @Override
    public void sendRequestEntity(ClassicHttpRequest request) throws HttpException, IOException {
        try {
            super.sendRequestEntity(request);
            super.flush();
        } catch (IOException e) {
            // A receiver may respond to a large request, and end the connection, before it has read
            // all.
            unsent = e;
        }
    }

    @Override
    public void flush() throws IOException {
        if (unsent == null) {
            super.flush();
        }
    }

    @Override
    public ClassicHttpResponse receiveResponseHeader() throws HttpException, IOException {
        try {
            return super.receiveResponseHeader();
        } catch (IOException e) {
            throw unsent == null ? e : unsent;
        }
    }

    @Override
    public boolean isConsistent() {
        return super.isConsistent() && unsent == null && !parser.hasUnread();
    }

    @Override
    public boolean isStale() throws IOException {
        SocketHolder holder = getSocketHolder();
        if (holder == null) {
            return true;
        }
        SSLSocket secure = holder.getSSLSocket();
        if (secure != null && secure.getInputStream().available() > 0) {
            return true;
        }
        SocketChannel channel = holder.getBaseSocket().getChannel();
        channel.configureBlocking(false);
        boolean quiet = channel.read(ByteBuffer.allocate(1)) == 0;
        channel.configureBlocking(true);
        return !quiet;
    }
}
