package dev.frontdoor.test;

import dev.frontdoor.protocol.Bytes;
import dev.frontdoor.protocol.Frame;
import dev.frontdoor.protocol.Frame.Push;
import dev.frontdoor.protocol.Frame.PushReply;
import dev.frontdoor.protocol.FrameCodec;
import dev.frontdoor.protocol.ProtocolException;
import dev.frontdoor.test.TestWorker.Close;
import dev.frontdoor.test.WebSocketFraming.Received;
import dev.frontdoor.test.WebSocketFraming.ServiceFault;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;

/** Reads what the service sends until the socket ends, and answers what needs no script. */
final class Receiver implements Runnable {

    private final ClientSocket socket;
    private final Inbox inbox;
    private @Nullable ByteArrayOutputStream fragments;
    private boolean closeReceived;
    private volatile boolean left;
    private volatile boolean answerPings = true;
    private volatile @Nullable UnaryOperator<byte[]> pushReply;

    Receiver(ClientSocket socket, Inbox inbox) {
        this.socket = socket;
        this.inbox = inbox;
    }

    void answerPings(boolean answer) {
        answerPings = answer;
    }

    void replyToPushes(UnaryOperator<byte[]> reply) {
        pushReply = reply;
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
                Received received = WebSocketFraming.read(socket);
                socket.awaitResumed();
                receive(received);
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

    private void receive(Received received) throws IOException {
        if (closeReceived) {
            throw new ServiceFault("opcode %d after the close".formatted(received.opcode()));
        }
        switch (received.opcode()) {
            case WebSocketFraming.PING -> {
                if (answerPings) {
                    send(WebSocketFraming.PONG, received.payload());
                }
            }
            case WebSocketFraming.PONG -> inbox.addPong(received.payload());
            case WebSocketFraming.CLOSE -> receiveClose(received.payload());
            case WebSocketFraming.TEXT -> throw new ServiceFault("a text message");
            default -> receiveData(received);
        }
    }

    private void receiveData(Received received) throws IOException {
        ByteArrayOutputStream begun = fragments;
        boolean continues = received.opcode() == WebSocketFraming.CONTINUATION;
        if (continues != (begun != null)) {
            throw new ServiceFault("a fragment out of place");
        }
        if (begun == null && received.last()) {
            receiveMessage(received.payload());
            return;
        }
        ByteArrayOutputStream message = begun == null ? new ByteArrayOutputStream() : begun;
        message.writeBytes(received.payload());
        fragments = received.last() ? null : message;
        if (received.last()) {
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
        UnaryOperator<byte[]> reply = pushReply;
        if (reply != null && frame instanceof Push push) {
            byte[] payload = reply.apply(push.payload().toByteArray());
            Frame answer =
                    new PushReply(0, push.streamId(), push.correlationId(), Bytes.copyOf(payload));
            send(WebSocketFraming.BINARY, FrameCodec.encode(answer));
        } else {
            inbox.add(frame);
        }
    }

    private void receiveClose(byte[] payload) throws IOException {
        closeReceived = true;
        inbox.closed(closeOf(payload));
        if (!left) {
            send(WebSocketFraming.CLOSE, payload);
        }
    }

    private static Close closeOf(byte[] payload) throws IOException {
        if (payload.length == 0) {
            return new Close(1005, "");
        }
        if (payload.length == 1) {
            throw new ServiceFault("a close code of one byte");
        }
        ByteBuffer in = ByteBuffer.wrap(payload);
        int code = Short.toUnsignedInt(in.getShort());
        try {
            return new Close(code, StandardCharsets.UTF_8.newDecoder().decode(in).toString());
        } catch (CharacterCodingException e) {
            throw new ServiceFault("a close reason that is not UTF-8");
        }
    }

    private void send(int opcode, byte[] payload) {
        socket.write(WebSocketFraming.masked(opcode, true, payload));
    }
}
