package dev.frontdoor.test;

import static dev.frontdoor.test.WebSocketFrame.BINARY;
import static dev.frontdoor.test.WebSocketFrame.CLOSE;
import static dev.frontdoor.test.WebSocketFrame.CONTINUATION;
import static dev.frontdoor.test.WebSocketFrame.FINAL;
import static dev.frontdoor.test.WebSocketFrame.PING;
import static dev.frontdoor.test.WebSocketFrame.PONG;
import static dev.frontdoor.test.WebSocketFrame.TEXT;

import dev.frontdoor.protocol.Frame;
import dev.frontdoor.protocol.Frame.Push;
import dev.frontdoor.protocol.Frame.PushReply;
import dev.frontdoor.protocol.FrameCodec;
import dev.frontdoor.protocol.ProtocolException;
import dev.frontdoor.test.TestWorker.Close;
import dev.frontdoor.test.WebSocketFrame.Header;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/** Reads what the service sends until the socket ends, and answers what needs no script. */
final class Receiver implements Runnable {

    private static final int MAX_CONTROL = 125;

    private final ClientSocket socket;
    private final Inbox inbox;
    private @Nullable ByteArrayOutputStream fragments;
    private boolean closeReceived;
    private volatile boolean left;
    private volatile boolean answerPings = true;
    private volatile @Nullable Function<Push, PushReply> pushAnswer;

    Receiver(ClientSocket socket, Inbox inbox) {
        this.socket = socket;
        this.inbox = inbox;
    }

    void answerPings(boolean answer) {
        answerPings = answer;
    }

    void answerPushes(Function<Push, PushReply> answer) {
        pushAnswer = answer;
    }

    /** This worker ends the connection, so a close frame of the service is not to be answered. */
    void leave() {
        left = true;
    }

    boolean hasLeft() {
        return left;
    }

    @Override
    public void run() {
        String end = "";
        try {
            while (true) {
                WebSocketFrame frame = readFrame();
                socket.awaitResumed();
                receive(frame);
            }
        } catch (ServiceFault e) {
            inbox.faulty("the service broke the protocol: " + e.getMessage());
        } catch (IOException | UncheckedIOException e) {
            end = String.valueOf(e.getMessage());
        } catch (RuntimeException | AssertionError e) {
            inbox.faulty("answering the service failed: " + e);
        } finally {
            socket.close();
            inbox.ended(end);
        }
    }

    /** Reads a frame, and checks before its payload that a server may send it. */
    private WebSocketFrame readFrame() throws IOException {
        Header header = Header.read(socket.input());
        require(!header.masked(), "a frame of the service is masked");
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
        require(
                header.length() >= 0 && header.length() <= most,
                "a payload of %d bytes".formatted(header.length()));
    }

    private void receive(WebSocketFrame frame) throws IOException {
        require(!closeReceived, "a frame after the close");
        byte[] payload = frame.payload().toByteArray();
        switch (frame.firstByte()) {
            case PING -> {
                if (answerPings) {
                    send(PONG, payload);
                }
            }
            case PONG -> inbox.addPong(payload);
            case CLOSE -> receiveClose(payload);
            default -> receiveData(frame.firstByte(), payload);
        }
    }

    private void receiveData(int firstByte, byte[] payload) throws IOException {
        ByteArrayOutputStream begun = fragments;
        boolean continues = (firstByte & ~FINAL) == CONTINUATION;
        require(continues == (begun != null), "a fragment out of place");
        boolean last = (firstByte & FINAL) != 0;
        if (begun == null && last) {
            receiveMessage(payload);
            return;
        }
        ByteArrayOutputStream message = begun == null ? new ByteArrayOutputStream() : begun;
        message.writeBytes(payload);
        fragments = last ? null : message;
        if (last) {
            receiveMessage(message.toByteArray());
        }
    }

    private void receiveMessage(byte[] message) throws IOException {
        Frame frame;
        try {
            frame = FrameCodec.decode(ByteBuffer.wrap(message));
        } catch (ProtocolException e) {
            throw new ServiceFault("a message is not one frame: " + e.closeReason());
        }
        inbox.count();
        Function<Push, PushReply> answer = pushAnswer;
        if (answer != null && frame instanceof Push push) {
            send(BINARY, FrameCodec.encode(answer.apply(push)));
        } else {
            inbox.add(frame);
        }
    }

    private void receiveClose(byte[] payload) throws IOException {
        closeReceived = true;
        inbox.closed(closeOf(payload));
        if (!left) {
            send(CLOSE, payload);
        }
    }

    private static Close closeOf(byte[] payload) throws IOException {
        if (payload.length == 0) {
            return new Close(1005, "");
        }
        require(payload.length > 1, "a close code of one byte");
        ByteBuffer in = ByteBuffer.wrap(payload);
        int code = Short.toUnsignedInt(in.getShort());
        try {
            return new Close(code, StandardCharsets.UTF_8.newDecoder().decode(in).toString());
        } catch (CharacterCodingException e) {
            throw new ServiceFault("a close reason that is not UTF-8");
        }
    }

    private void send(int firstByte, byte[] payload) {
        socket.write(WebSocketFrame.masked(firstByte, payload));
    }

    private static void require(boolean allowed, String fault) throws ServiceFault {
        if (!allowed) {
            throw new ServiceFault(fault);
        }
    }

    /** What the service sent is against the protocols it speaks. */
    private static final class ServiceFault extends IOException {
        ServiceFault(String message) {
            super(message);
        }
    }
}
