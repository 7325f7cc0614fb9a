package dev.frontdoor.test;

import static dev.frontdoor.test.WebSocketFrame.BINARY;
import static dev.frontdoor.test.WebSocketFrame.CONTINUATION;
import static dev.frontdoor.test.WebSocketFrame.FINAL;
import static dev.frontdoor.test.WebSocketFrame.PING;
import static dev.frontdoor.test.WebSocketFrame.TEXT;

import dev.frontdoor.notifier.PushRefusal.Code;
import dev.frontdoor.protocol.Bytes;
import dev.frontdoor.protocol.Frame;
import dev.frontdoor.protocol.Frame.Connect;
import dev.frontdoor.protocol.Frame.ConnectAck;
import dev.frontdoor.protocol.Frame.Disconnect;
import dev.frontdoor.protocol.Frame.Ping;
import dev.frontdoor.protocol.Frame.Pong;
import dev.frontdoor.protocol.Frame.Push;
import dev.frontdoor.protocol.Frame.PushReply;
import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.protocol.FrameCodec;
import dev.frontdoor.protocol.ProtocolVersion;
import dev.frontdoor.protocol.WorkerRegistration;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A scripted worker: sends what a test tells it, valid or not, and checks what the service answers.
 * It speaks WebSocket or plain TCP on a socket of its own, so it can stall, vanish and damage what
 * it sends.
 *
 * <p>A virtual thread receives. It answers WebSocket pings and the service's close frame, and keeps
 * frames for {@link #expect} in their order. If the service sends what it may not send (a text, a
 * masked frame, a message that is not one frame), the next expectation fails.
 *
 * <p>Every wait ends after a time limit of 5 seconds, or that of the builder, with an {@link
 * AssertionError} that says what was expected and what came. Sending on a connection that has ended
 * throws {@link UncheckedIOException}. Instances are safe for use by several threads.
 */
public final class TestWorker implements AutoCloseable {

    /**
     * The end of a connection.
     *
     * @param code the close code; 1005 for a close frame without one, 1006 for no close frame. Over
     *     TCP, the reason code of a ConnectError, 1001 after Disconnect, 1000 after neither, 1006
     *     for a reset
     * @param reason the close reason; with 1006, what the socket said
     */
    public record Close(int code, String reason) {}

    private final ClientSocket socket;
    private final @Nullable HttpResponse upgraded;
    private final Inbox inbox;
    private final Framing framing;
    private final Receiver receiver;

    /**
     * A worker on a socket.
     *
     * @param upgraded the response to the upgrade to a WebSocket; null for plain TCP
     */
    TestWorker(ClientSocket socket, @Nullable HttpResponse upgraded, Duration timeout)
            throws IOException {
        this.socket = socket;
        this.upgraded = upgraded;
        this.inbox = new Inbox(timeout);
        this.framing =
                upgraded == null
                        ? new TcpFraming(socket, inbox)
                        : new WebSocketFraming(socket, inbox);
        this.receiver = new Receiver(socket, framing, inbox);
        socket.readWithoutLimit();
        Thread.ofVirtual().name("test-worker").start(receiver);
    }

    /**
     * A builder of a worker for this address, for instance {@code ws://localhost:8080/liminal}, or
     * {@code tcp://localhost:7070} for plain TCP.
     */
    public static TestWorkerBuilder to(URI uri) {
        return new TestWorkerBuilder(uri);
    }

    /**
     * Connects and upgrades.
     *
     * @throws UpgradeRefusedException if the service refuses the upgrade
     * @throws IOException if there is no answer, or none that HTTP and RFC 6455 allow
     */
    public static TestWorker connect(URI uri) throws IOException {
        return to(uri).connect();
    }

    /** A registration of that identity with the defaults of {@link Registrations}. */
    public static WorkerRegistration registration(String identity) {
        return Registrations.of(identity).build();
    }

    /** The values of a header of the upgrade's response; empty if it is missing. */
    public List<String> responseHeader(String name) {
        return upgraded == null ? List.of() : upgraded.header(name);
    }

    /** Sends a Connect of version 1.0 with a token and expects the ConnectAck. */
    public ConnectAck authenticate(String token) {
        Bytes content = Bytes.copyOf(token.getBytes(StandardCharsets.UTF_8));
        send(new Connect(0, ProtocolVersion.V1_0, ProtocolVersion.V1_0, content));
        return expect(ConnectAck.class);
    }

    /** Registers and returns the decision. */
    public WorkerRegisterAck register(WorkerRegistration registration) {
        send(new WorkerRegister(0, registration));
        return expect(WorkerRegisterAck.class);
    }

    /** Sends a frame. */
    public void send(Frame frame) {
        sendBytes(FrameCodec.encode(frame));
    }

    /** Sends a message of any content; over TCP, these bytes. */
    public void sendBytes(byte[] message) {
        socket.write(framing.bytes(message));
    }

    /** The bytes that carry these frames, for {@link #sendRaw}. */
    public byte[] bytes(Frame... frames) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (Frame frame : frames) {
            bytes.writeBytes(framing.bytes(FrameCodec.encode(frame)));
        }
        return bytes.toByteArray();
    }

    /** Sends the first bytes of a message, whose size is announced in full. */
    public void sendStart(byte[] message, int count) {
        framing.writeStart(message, count);
    }

    /**
     * Sends a binary message in WebSocket fragments.
     *
     * @param cuts where a fragment ends and the next begins, in ascending order; equal ones make
     *     empty fragments
     */
    public void sendFragmented(byte[] message, int... cuts) {
        int from = 0;
        for (int i = 0; i <= cuts.length; i++) {
            boolean last = i == cuts.length;
            int to = last ? message.length : cuts[i];
            int opcode = i == 0 ? BINARY & ~FINAL : CONTINUATION;
            write(last ? opcode | FINAL : opcode, Arrays.copyOfRange(message, from, to));
            from = to;
        }
    }

    /** Sends a text message. */
    public void sendText(String text) {
        write(TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes bytes to the socket as they are, without WebSocket framing. */
    public void sendRaw(byte[] bytes) {
        socket.write(bytes);
    }

    /** Sends a WebSocket ping; see {@link #expectPong}. */
    public void ping(byte[] payload) {
        write(PING, payload);
    }

    /** Sends a Disconnect frame. */
    public void disconnect() {
        send(new Disconnect(0));
    }

    /**
     * Sends a WebSocket close frame; see {@link #expectClose()} for the service's answer. Over TCP,
     * ends the sending side of the socket.
     */
    public void close(int code, String reason) {
        receiver.leave();
        framing.writeClose(code, reason);
    }

    private void write(int firstByte, byte[] payload) {
        webSocket().write(firstByte, payload);
    }

    private WebSocketFraming webSocket() {
        if (framing instanceof WebSocketFraming webSocket) {
            return webSocket;
        }
        throw new UnsupportedOperationException("this worker speaks plain TCP");
    }

    /** Ends the connection with a TCP reset, without a close frame. */
    public void vanish() {
        receiver.leave();
        socket.reset();
    }

    /** Ends the sending side of the socket only; receiving goes on. */
    public void halfClose() {
        socket.shutdownOutput();
    }

    /** Stops reading, so that what the service sends accumulates. */
    public void pause() {
        socket.pause();
    }

    /** Resumes reading. */
    public void resume() {
        socket.resume();
    }

    /** Sets whether WebSocket pings are answered; the default is true. */
    public void answerPings(boolean answer) {
        webSocket().answerPings(answer);
    }

    /**
     * Replies to all pushes from now on, on the receiving thread, and at once to those that nobody
     * has expected yet. {@link #expect} does not see them then.
     *
     * @param reply returns the payload of the reply to a push with that payload
     */
    public void replyToPushes(UnaryOperator<byte[]> reply) {
        answerPushes(push -> reply(push, reply.apply(push.payload().toByteArray())));
    }

    /**
     * Answers all pushes from now on, on the receiving thread, and at once those that nobody has
     * expected yet. {@link #expect} does not see them then.
     *
     * @param answer returns the answer to a push, for instance a {@link #reply} or a {@link
     *     #refusal}
     */
    public void answerPushes(Function<Push, PushReply> answer) {
        receiver.answerPushes(answer);
    }

    /** A reply to that push, for {@link #send} or {@link #answerPushes}. */
    public static PushReply reply(Push push, byte[] payload) {
        return new PushReply(0, push.streamId(), push.correlationId(), Bytes.copyOf(payload));
    }

    /**
     * A refusal of that push, for {@link #send} or {@link #answerPushes}: a PushReply with flag
     * 0x01 and the JSON record in its canonical spelling.
     *
     * @param words the explanation, at most 1,024 bytes of UTF-8; may be empty
     */
    public static PushReply refusal(Push push, Code code, String words) {
        return new PushReply(
                PushReply.REFUSAL,
                push.streamId(),
                push.correlationId(),
                RefusalRecord.encode(code, words));
    }

    /** Expects the next frame to be of a type. */
    public <T extends Frame> T expect(Class<T> type) {
        Frame next = inbox.awaitFrame(type.getSimpleName());
        if (!type.isInstance(next)) {
            throw new AssertionError("expected %s, got %s".formatted(type.getSimpleName(), next));
        }
        return type.cast(next);
    }

    /** Expects the next frame to be this one. */
    public void expect(Frame frame) {
        Frame next = inbox.awaitFrame(frame.toString());
        if (!next.equals(frame)) {
            throw new AssertionError("expected %s, got %s".formatted(frame, next));
        }
    }

    /** Expects the next frame to accept the registration. */
    public void expectAccepted() {
        expect(WorkerRegisterAck.ACCEPTED);
    }

    /** Expects the next frame to reject the registration with exactly that reason. */
    public void expectRejected(String reason) {
        expect(WorkerRegisterAck.rejected(reason));
    }

    /**
     * Expects that no frame has arrived that {@link #expect} has not returned: sends a Ping and
     * expects its Pong next. Frames are handled in order, so the service has handled all that was
     * sent before.
     */
    public void expectNothing() {
        send(new Ping(0));
        expect(Pong.class);
    }

    /** Expects the next WebSocket pong to have this payload. */
    public void expectPong(byte[] payload) {
        byte[] next = inbox.awaitPong();
        if (!Arrays.equals(next, payload)) {
            HexFormat hex = HexFormat.of();
            throw new AssertionError(
                    "expected a pong of %s, got %s"
                            .formatted(hex.formatHex(payload), hex.formatHex(next)));
        }
    }

    /**
     * Expects the service to close the connection, or to have closed it. Frames that came before
     * are still there for {@link #expect} and {@link #poll}.
     */
    public Close expectClose() {
        return inbox.awaitClose();
    }

    /**
     * Expects a close with this code. TCP has no close codes: there a ConnectError whose reason
     * code stands for it must come last, or Disconnect for 1012, or neither for 1000.
     */
    public Close expectClose(int code) {
        Close close = expectClose();
        if (!framing.isEnd(close, code)) {
            throw new AssertionError("expected a close with %d, got %s".formatted(code, close));
        }
        return close;
    }

    /** Expects the end of the socket, which follows a close. */
    public void expectEnd() {
        inbox.awaitEnd();
    }

    /** The next frame if one has been received, else null; does not wait. */
    public @Nullable Frame poll() {
        return inbox.poll();
    }

    /** The number of received frames, including answered pushes. */
    public int receivedCount() {
        return inbox.received();
    }

    /** Whether, as far as this worker knows, neither side has ended the connection. */
    public boolean isOpen() {
        return !receiver.hasLeft() && inbox.isOpen();
    }

    /**
     * Ends the connection and waits for no answer: sends a close frame with 1000 if neither side
     * has ended it, then closes the socket.
     */
    @Override
    public void close() {
        try {
            if (isOpen()) {
                close(1000, "");
            }
        } catch (UncheckedIOException | AssertionError e) {
            // The connection has ended, or the service no longer reads.
        } finally {
            receiver.leave();
            socket.close();
        }
    }
}
