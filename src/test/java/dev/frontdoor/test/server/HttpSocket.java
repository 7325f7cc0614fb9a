package dev.frontdoor.test.server;

import dev.frontdoor.protocol.Frame;
import dev.frontdoor.protocol.FrameCodec;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A socket that speaks HTTP and WebSocket by the byte. Every read ends after 20 seconds. */
public final class HttpSocket implements AutoCloseable {

    private static final int TIMEOUT_MILLIS = 20_000;

    private final Socket socket;
    private final InputStream in;

    private HttpSocket(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    /** An answer; its header names are in lower case. */
    public record Answer(int status, Map<String, List<String>> headers, String body) {

        /** The values of a header; none if it is missing. */
        public List<String> header(String name) {
            return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
        }
    }

    /** A WebSocket frame of the service: its first byte and its payload, which is hexadecimal. */
    public record WebSocketFrame(int first, String payload) {}

    /** Connects to a port of this machine. */
    public static HttpSocket connect(int port) throws IOException {
        Socket socket = new Socket();
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.connect(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
        return new HttpSocket(socket);
    }

    /** Sends a text as it is, a byte for each character. */
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

    /** Reads an answer with its body. */
    public Answer answer() throws IOException {
        Answer head = answerWithoutBody();
        if (head.status() < 200 || head.status() == 204) {
            return head;
        }
        byte[] body;
        if (!head.header("content-length").isEmpty()) {
            body = bytes(Integer.parseInt(head.header("content-length").getFirst()));
        } else if (head.header("transfer-encoding").contains("chunked")) {
            body = chunks();
        } else {
            body = in.readAllBytes();
        }
        return new Answer(head.status(), head.headers(), new String(body, StandardCharsets.UTF_8));
    }

    /** Reads the head of an answer that has no body, such as one to HEAD. */
    public Answer answerWithoutBody() throws IOException {
        String[] status = line().split(" ", 3);
        Map<String, List<String>> headers = new TreeMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            String[] header = line.split(":", 2);
            headers.computeIfAbsent(header[0].toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
                    .add(header[1].strip());
        }
        return new Answer(Integer.parseInt(status[1]), headers, "");
    }

    /** Reads a WebSocket frame of fewer than 65536 bytes. */
    public WebSocketFrame frame() throws IOException {
        int first = next();
        int length = next();
        if (length == 126) {
            length = ByteBuffer.wrap(bytes(2)).getShort() & 0xFFFF;
        }
        return new WebSocketFrame(first, HexFormat.of().formatHex(bytes(length)));
    }

    /** Reads a frame of the protocol. */
    public Frame message() throws IOException {
        WebSocketFrame frame = frame();
        if (frame.first() != Requests.BINARY) {
            throw new IOException("not a binary message: " + frame);
        }
        return FrameCodec.decode(ByteBuffer.wrap(HexFormat.of().parseHex(frame.payload())));
    }

    /** Whether the service has ended the connection, and nothing was left to read; waits for it. */
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

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = next(); next != '\n'; next = next()) {
            line.write(next);
        }
        return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
    }

    private byte[] chunks() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int size = chunkSize(); size > 0; size = chunkSize()) {
            body.writeBytes(bytes(size));
            line();
        }
        line();
        return body.toByteArray();
    }

    private int chunkSize() throws IOException {
        return Integer.parseInt(line(), 16);
    }

    private byte[] bytes(int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException("the connection ended");
        }
        return bytes;
    }

    private int next() throws IOException {
        int next = in.read();
        if (next < 0) {
            throw new EOFException("the connection ended");
        }
        return next;
    }
}
