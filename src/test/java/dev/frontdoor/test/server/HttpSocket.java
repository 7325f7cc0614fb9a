package dev.frontdoor.test.server;

import dev.frontdoor.protocol.Frame;
import dev.frontdoor.protocol.FrameCodec;
import dev.frontdoor.test.HttpResponse;
import dev.frontdoor.test.WebSocketFrame;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

import javax.net.ssl.SSLSocketFactory;

/**
 * A socket that sends exact bytes and reads HTTP and WebSocket. Every read ends after 20 seconds.
 */
public final class HttpSocket implements AutoCloseable {

    private static final int TIMEOUT_MILLIS = 20_000;

    private final Socket socket;
    private final InputStream in;

    private HttpSocket(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    /** Connects to a port of this machine. */
    public static HttpSocket connect(int port) throws IOException {
        return connect(new Socket(), port);
    }

    /** Connects to a port of this machine, with TLS. */
    public static HttpSocket connect(int port, SSLSocketFactory sockets) throws IOException {
        return connect(sockets.createSocket(), port);
    }

    /** Connects to a port of this machine, from one of its own addresses. */
    public static HttpSocket connect(int port, InetAddress from) throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(from, 0));
        return connect(socket, port);
    }

    private static HttpSocket connect(Socket socket, int port) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.connect(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
        return new HttpSocket(socket);
    }

    /** Sends a text, one byte for each character. */
    public HttpSocket send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Sends several pieces at once. */
    public HttpSocket send(byte[]... pieces) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] piece : pieces) {
            all.writeBytes(piece);
        }
        socket.getOutputStream().write(all.toByteArray());
        return this;
    }

    /** Reads a response with its body. */
    public HttpResponse answer() throws IOException {
        return HttpResponse.read(in);
    }

    /** Reads a response without a body, such as one to HEAD. */
    public HttpResponse answerWithoutBody() throws IOException {
        return HttpResponse.readHead(in);
    }

    /** Reads one chunk of a response's body; empty after the last. */
    public String chunk() throws IOException {
        return HttpResponse.readChunk(in);
    }

    /** Reads a WebSocket frame. */
    public WebSocketFrame frame() throws IOException {
        return WebSocketFrame.read(in);
    }

    /** Reads a frame of the protocol. */
    public Frame message() throws IOException {
        WebSocketFrame frame = frame();
        if (frame.firstByte() != WebSocketFrame.BINARY) {
            throw new IOException("not a binary message: " + frame);
        }
        return FrameCodec.decode(ByteBuffer.wrap(frame.payload().toByteArray()));
    }

    /** Waits for the end of the connection; false if a byte comes first. */
    public boolean ends() throws IOException {
        try {
            return in.read() < 0;
        } catch (SocketException e) {
            return true;
        }
    }

    /** Ends the sending side only. */
    public void endSending() throws IOException {
        socket.shutdownOutput();
    }

    /** Ends the connection with a reset. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
