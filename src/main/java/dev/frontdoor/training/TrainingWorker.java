package dev.frontdoor.training;

import dev.frontdoor.protocol.Frame;
import dev.frontdoor.protocol.FrameCodec;
import dev.frontdoor.protocol.WorkerRegistration;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A worker that registers, sends a ping, and leaves. */
final class TrainingWorker implements WebSocket.Listener {

    private final String identity;
    private final long maxWaitSeconds;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private ByteArrayOutputStream message = new ByteArrayOutputStream();

    private sealed interface Event {

        record Received(Frame frame) implements Event {}

        record Closed(String why) implements Event {}

        record Failed(Throwable error) implements Event {}
    }

    TrainingWorker(String identity, Duration maxWait) {
        this.identity = identity;
        this.maxWaitSeconds = maxWait.toSeconds();
    }

    /**
     * Connects, registers and leaves, on the calling thread.
     *
     * @param abruptly whether it drops the connection without a Disconnect frame
     * @throws IOException if the service rejects it or answers something else, or the connection
     *     ends
     * @throws TimeoutException if an answer takes too long
     * @throws ExecutionException if it cannot connect or send
     */
    void run(HttpClient client, URI url, boolean abruptly)
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        WebSocket socket = await(client.newWebSocketBuilder().buildAsync(url, this));
        try {
            send(socket, new Frame.WorkerRegister(0, registration()));
            Frame.WorkerRegisterAck ack = receive(Frame.WorkerRegisterAck.class);
            if (ack.rejection() != null) {
                throw new IOException("%s was rejected: %s".formatted(identity, ack.rejection()));
            }
            send(socket, new Frame.Ping(0));
            Frame.Pong _ = receive(Frame.Pong.class);
            if (!abruptly) {
                send(socket, new Frame.Disconnect(0));
                if (!(nextEvent() instanceof Event.Closed)) {
                    throw new IOException("%s was not closed after Disconnect".formatted(identity));
                }
            }
        } finally {
            socket.abort();
        }
    }

    private WorkerRegistration registration() {
        return new WorkerRegistration(
                List.of("default"),
                "training",
                "training-node",
                List.of("train"),
                identity,
                List.of());
    }

    private void send(WebSocket socket, Frame frame)
            throws InterruptedException, ExecutionException, TimeoutException {
        WebSocket _ = await(socket.sendBinary(ByteBuffer.wrap(FrameCodec.encode(frame)), true));
    }

    private <T> T await(CompletableFuture<T> answer)
            throws InterruptedException, ExecutionException, TimeoutException {
        return answer.get(maxWaitSeconds, TimeUnit.SECONDS);
    }

    private <F extends Frame> F receive(Class<F> type)
            throws IOException, InterruptedException, TimeoutException {
        return switch (nextEvent()) {
            case Event.Received(Frame frame) when type.isInstance(frame) -> type.cast(frame);
            case Event.Received(Frame frame) ->
                    throw new IOException(
                            "%s got %s instead of %s".formatted(identity, frame.type(), type));
            case Event.Closed(String why) ->
                    throw new IOException("%s was closed: %s".formatted(identity, why));
            case Event.Failed(Throwable error) ->
                    throw new IOException("the connection of %s failed".formatted(identity), error);
        };
    }

    private Event nextEvent() throws InterruptedException, TimeoutException {
        Event event = events.poll(maxWaitSeconds, TimeUnit.SECONDS);
        if (event == null) {
            throw new TimeoutException("%s got no answer".formatted(identity));
        }
        return event;
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
        byte[] part = new byte[data.remaining()];
        data.get(part);
        message.writeBytes(part);
        if (last) {
            events.add(
                    new Event.Received(FrameCodec.decode(ByteBuffer.wrap(message.toByteArray()))));
            message = new ByteArrayOutputStream();
        }
        socket.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
        events.add(new Event.Closed("%s %s".formatted(code, reason)));
        return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
        events.add(new Event.Failed(error));
    }
}
