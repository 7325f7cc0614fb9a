package dev.frontdoor.test;

import dev.frontdoor.protocol.Frame;
import dev.frontdoor.protocol.Frame.Push;
import dev.frontdoor.protocol.Frame.PushReply;
import dev.frontdoor.protocol.FrameCodec;
import dev.frontdoor.protocol.ProtocolException;
import dev.frontdoor.test.Framing.ServiceFault;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Function;

/** Reads from the service until the socket ends, and answers pushes. */
final class Receiver implements Runnable {

    private final ClientSocket socket;
    private final Framing framing;
    private final Inbox inbox;
    private volatile boolean left;
    private @Nullable Function<Push, PushReply> pushAnswer;

    Receiver(ClientSocket socket, Framing framing, Inbox inbox) {
        this.socket = socket;
        this.framing = framing;
        this.inbox = inbox;
    }

    /** Answers pushes from now on, and those that wait in the inbox at once. */
    void answerPushes(Function<Push, PushReply> answer) {
        List<Push> waiting;
        synchronized (this) {
            pushAnswer = answer;
            waiting = inbox.takePushes();
        }
        for (Push push : waiting) {
            answer(push, answer);
        }
    }

    /** This worker ends the connection. */
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
                receive(framing.read());
            }
        } catch (ServiceFault e) {
            inbox.faulty("the service broke the protocol: " + e.getMessage());
        } catch (IOException | UncheckedIOException e) {
            end = String.valueOf(e.getMessage());
        } catch (RuntimeException | AssertionError e) {
            inbox.faulty("answering the service failed: " + e);
        } finally {
            socket.endWrites();
            inbox.ended(end);
            socket.closeAfterWrite();
        }
    }

    private void receive(byte[] message) throws IOException {
        Frame frame;
        try {
            frame = FrameCodec.decode(ByteBuffer.wrap(message));
        } catch (ProtocolException e) {
            throw new ServiceFault("a message is not one frame: " + e.closeReason());
        }
        inbox.count();
        Function<Push, PushReply> answer = keep(frame);
        if (answer != null) {
            answer((Push) frame, answer);
        }
    }

    /** Puts a frame into the inbox, unless it is a push that is answered. */
    private synchronized @Nullable Function<Push, PushReply> keep(Frame frame) {
        Function<Push, PushReply> answer = frame instanceof Push ? pushAnswer : null;
        if (answer == null) {
            inbox.add(frame);
        }
        return answer;
    }

    private void answer(Push push, Function<Push, PushReply> answer) {
        socket.write(framing.bytes(FrameCodec.encode(answer.apply(push))));
    }
}
