package dev.frontdoor.process;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

import javax.net.ssl.SSLContext;

/** A connection that sends what it likes, reads only if it is told to, and never waits. */
final class HostileSocket implements Closeable {

    private static final int SMALL = 4096;

    private final SocketChannel channel;

    /** TLS over the channel, or the channel itself. */
    private final ByteChannel secured;

    private final ByteBuffer received = ByteBuffer.allocate(1 << 16);
    private boolean ended;

    private HostileSocket(SocketChannel channel, ByteChannel secured) {
        this.channel = channel;
        this.secured = secured;
    }

    /** Connects to a port of this machine, with little room for what it does not read. */
    static HostileSocket connect(int port) throws IOException {
        SocketChannel channel = open(port);
        return new HostileSocket(channel, channel);
    }

    /** Connects likewise, and begins a TLS handshake with the first read or send. */
    static HostileSocket connect(int port, SSLContext tls) throws IOException {
        SocketChannel channel = open(port);
        return new HostileSocket(channel, new TlsChannel(channel, tls.createSSLEngine()));
    }

    private static SocketChannel open(int port) throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.setOption(StandardSocketOptions.SO_RCVBUF, SMALL);
        channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        channel.configureBlocking(false);
        return channel;
    }

    /** Sends a text, one byte for each character, as far as the service takes it. */
    int send(String text) {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Sends what the service takes now. Returns how many bytes that is; 0 if it has closed. */
    int send(byte[] bytes) {
        return write(secured, bytes);
    }

    /** Sends bytes as they are, in the middle of TLS if there is TLS. */
    int sendUnsecured(byte[] bytes) {
        return write(channel, bytes);
    }

    private int write(ByteChannel target, byte[] bytes) {
        try {
            return ended ? 0 : target.write(ByteBuffer.wrap(bytes));
        } catch (IOException e) {
            ended = true;
            return 0;
        }
    }

    /** Reads what has come and drops it. Returns how many bytes that is; -1 at the end. */
    int read() {
        if (ended) {
            return -1;
        }
        try {
            int count = secured.read(received.clear());
            ended = count < 0;
            return count;
        } catch (IOException e) {
            ended = true;
            return -1;
        }
    }

    /** Whether the service has closed the connection, as far as sending and reading has shown. */
    boolean hasEnded() {
        return ended;
    }

    /** Ends the connection with a reset. */
    void reset() {
        try (SocketChannel closing = channel) {
            closing.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException e) {
            ended = true;
        }
    }

    /** Ends the sending side only. */
    void endSending() {
        try {
            channel.shutdownOutput();
        } catch (IOException e) {
            ended = true;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
