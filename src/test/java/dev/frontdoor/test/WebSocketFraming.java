package dev.frontdoor.test;

import static dev.frontdoor.test.WebSocketFrame.BINARY;
import static dev.frontdoor.test.WebSocketFrame.CLOSE;
import static dev.frontdoor.test.WebSocketFrame.CONTINUATION;
import static dev.frontdoor.test.WebSocketFrame.FINAL;
import static dev.frontdoor.test.WebSocketFrame.PING;
import static dev.frontdoor.test.WebSocketFrame.PONG;
import static dev.frontdoor.test.WebSocketFrame.TEXT;

import dev.frontdoor.test.TestWorker.Close;
import dev.frontdoor.test.WebSocketFrame.Header;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Frames in binary messages of a WebSocket. Answers pings and the service's close. */
final class WebSocketFraming implements Framing {

    private static final int MAX_CONTROL = 125;

    private final ClientSocket socket;
    private final Inbox inbox;
    private @Nullable ByteArrayOutputStream fragments;
    private boolean closeReceived;
    private volatile boolean left;
    private volatile boolean answerPings = true;

    WebSocketFraming(ClientSocket socket, Inbox inbox) {
        this.socket = socket;
        this.inbox = inbox;
    }

    void answerPings(boolean answer) {
        answerPings = answer;
    }

    @Override
    public byte[] read() throws IOException {
        byte[] message = null;
        while (message == null) {
            WebSocketFrame frame = readFrame();
            socket.awaitResumed();
            message = receive(frame);
        }
        return message;
    }

    @Override
    public byte[] bytes(byte[] message) {
        return WebSocketFrame.masked(BINARY, message);
    }

    @Override
    public void writeStart(byte[] message, int count) {
        socket.write(
                WebSocketFrame.declaring(BINARY, message.length, Arrays.copyOf(message, count)));
    }

    /** This worker ends the connection, so a close frame of the service gets no answer. */
    @Override
    public void writeClose(int code, String reason) {
        left = true;
        write(CLOSE, WebSocketFrame.closePayload(code, reason));
    }

    @Override
    public boolean isEnd(Close close, int code) {
        return close.code() == code;
    }

    /** Sends a masked frame. */
    void write(int firstByte, byte[] payload) {
        socket.write(WebSocketFrame.masked(firstByte, payload));
    }

    /** Reads a frame, and checks before its payload that a server may send it. */
    private WebSocketFrame readFrame() throws IOException {
        Header header = Header.read(socket.input());
        ServiceFault.require(!header.masked(), "a frame of the service is masked");
        switch (header.firstByte()) {
            case TEXT, TEXT & ~FINAL -> throw new ServiceFault("a text message");
            case BINARY, BINARY & ~FINAL, CONTINUATION, CONTINUATION | FINAL ->
                    requireLength(header, WebSocketFrame.MAX_PAYLOAD);
            case CLOSE, PING, PONG -> requireLength(header, MAX_CONTROL);
            default ->
                    throw new ServiceFault(
                            "a frame that begins with 0x%02x".formatted(header.firstByte()));
        }
        return header.readPayload(socket.input());
    }

    private static void requireLength(Header header, int most) throws ServiceFault {
        ServiceFault.require(
                header.length() >= 0 && header.length() <= most,
                "a payload of %d bytes".formatted(header.length()));
    }

    /** Takes a frame. Returns the message that it completes; null if it completes none. */
    private byte @Nullable [] receive(WebSocketFrame frame) throws IOException {
        ServiceFault.require(!closeReceived, "a frame after the close");
        byte[] payload = frame.payload().toByteArray();
        switch (frame.firstByte()) {
            case PING -> {
                if (answerPings) {
                    write(PONG, payload);
                }
            }
            case PONG -> inbox.addPong(payload);
            case CLOSE -> receiveClose(payload);
            default -> {
                return receiveData(frame.firstByte(), payload);
            }
        }
        return null;
    }

    private byte @Nullable [] receiveData(int firstByte, byte[] payload) throws IOException {
        ByteArrayOutputStream begun = fragments;
        boolean continues = (firstByte & ~FINAL) == CONTINUATION;
        ServiceFault.require(continues == (begun != null), "a fragment out of place");
        boolean last = (firstByte & FINAL) != 0;
        if (begun == null && last) {
            return payload;
        }
        ByteArrayOutputStream message = begun == null ? new ByteArrayOutputStream() : begun;
        message.writeBytes(payload);
        fragments = last ? null : message;
        return last ? message.toByteArray() : null;
    }

    private void receiveClose(byte[] payload) throws IOException {
        closeReceived = true;
        inbox.closed(closeOf(payload));
        if (!left) {
            write(CLOSE, payload);
        }
    }

    private static Close closeOf(byte[] payload) throws IOException {
        if (payload.length == 0) {
            return new Close(1005, "");
        }
        ServiceFault.require(payload.length > 1, "a close code of one byte");
        ByteBuffer in = ByteBuffer.wrap(payload);
        int code = Short.toUnsignedInt(in.getShort());
        try {
            return new Close(code, StandardCharsets.UTF_8.newDecoder().decode(in).toString());
        } catch (CharacterCodingException e) {
            throw new ServiceFault("a close reason that is not UTF-8");
        }
    }
}
