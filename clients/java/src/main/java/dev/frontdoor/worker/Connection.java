package dev.frontdoor.worker;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One WebSocket. Its fields and methods, except those of {@link WebSocket.Listener}, belong to the
 * loop of its owner.
 */
final class Connection implements WebSocket.Listener {

    /** Beyond so many messages that were not handled or not sent, nothing more is read. */
    private static final int MAX_BACKLOG = 64;

    private static final Duration ANSWER_TIME = Duration.ofSeconds(1);

    /** Called on the loop. After the end nothing follows. */
    interface Owner {
        void opened(Connection connection);

        void received(Connection connection, byte[] message);

        void ended(Connection connection, int code, String reason, boolean byService);
    }

    /** A push whose answer is due on this connection. */
    static final class OpenPush {
        final int stream;
        final long correlationId;
        final long start = System.nanoTime();

        OpenPush(int stream, long correlationId) {
            this.stream = stream;
            this.correlationId = correlationId;
        }

        Duration age() {
            return Duration.ofNanos(System.nanoTime() - start);
        }
    }

    final Map<OpenPush, Work<byte[]>> pushes = new HashMap<>();
    Token token;
    Token renewing;
    boolean tokenRefused;
    Registration unanswered;
    int nextStream = 2;
    long pingedAt;

    private final Owner owner;
    private final Loop loop;
    private final int maxMessage;
    private final Queue<byte[]> unsent = new ArrayDeque<>();
    private final ByteArrayOutputStream parts = new ByteArrayOutputStream();
    private CompletableFuture<WebSocket> opening;
    private volatile WebSocket socket;
    private volatile long heardAt = System.nanoTime();
    private int backlog;
    private boolean paused;
    private boolean sending;
    private boolean ended;

    Connection(Owner owner, Loop loop, int maxMessage) {
        this.owner = owner;
        this.loop = loop;
        this.maxMessage = maxMessage;
    }

    void open(WebSocket.Builder upgrade, URI url, Consumer<Throwable> onFailure) {
        opening = upgrade.buildAsync(url, this);
        opening.whenComplete((opened, error) -> {
            if (error != null) {
                loop.execute(() -> onFailure.accept(error));
            }
        });
    }

    boolean isOpen() {
        return socket != null && !ended;
    }

    /** When something was last heard, on the scale of {@link System#nanoTime}. */
    long heardAt() {
        return heardAt;
    }

    void ping() {
        socket.sendPing(ByteBuffer.allocate(0));
    }

    void send(byte[] frame) {
        grow();
        unsent.add(frame);
        sendNext();
    }

    /**
     * The next message is requested before this one is handled: the JDK can miss the end of a
     * connection while nothing is requested.
     */
    private synchronized boolean grow() {
        backlog++;
        paused |= backlog > MAX_BACKLOG;
        return !paused;
    }

    private synchronized void shrink() {
        backlog--;
        if (paused && backlog <= MAX_BACKLOG) {
            paused = false;
            socket.request(1);
        }
    }

    private void sendNext() {
        if (sending || ended || unsent.isEmpty()) {
            return;
        }
        sending = true;
        socket.sendBinary(ByteBuffer.wrap(unsent.remove()), true)
                .whenComplete((sent, error) -> loop.execute(() -> sent(error)));
    }

    /** What a failure means, a close of the service perhaps, is read behind it. */
    private void sent(Throwable error) {
        sending = false;
        shrink();
        if (error == null) {
            sendNext();
        } else if (!ended) {
            unsent.clear();
            loop.after(ANSWER_TIME, () -> abort(1006, "cannot send: " + error.getMessage()));
        }
    }

    /** Breaks the connection off. */
    void abort(int code, String reason) {
        if (opening != null) {
            opening.cancel(true);
        }
        if (socket != null) {
            socket.abort();
        }
        end(code, reason, false);
    }

    private void end(int code, String reason, boolean byService) {
        if (!ended) {
            ended = true;
            owner.ended(this, code, reason, byService);
        }
    }

    @Override
    public void onOpen(WebSocket opened) {
        socket = opened;
        heardAt = System.nanoTime();
        loop.execute(() -> {
            if (ended) {
                opened.abort();
            } else {
                owner.opened(this);
            }
        });
        opened.request(1);
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket source, ByteBuffer part, boolean last) {
        heardAt = System.nanoTime();
        if (parts.size() + part.remaining() > maxMessage) {
            return fault(1009, "the service sent more than " + maxMessage + " bytes");
        }
        byte[] bytes = new byte[part.remaining()];
        part.get(bytes);
        parts.writeBytes(bytes);
        if (last) {
            byte[] message = parts.toByteArray();
            parts.reset();
            loop.execute(() -> received(message));
        }
        if (!last || grow()) {
            source.request(1);
        }
        return null;
    }

    private void received(byte[] message) {
        if (!ended) {
            owner.received(this, message);
        }
        shrink();
    }

    @Override
    public CompletionStage<?> onText(WebSocket source, CharSequence part, boolean last) {
        return fault(1003, "the service sent a text message");
    }

    /** The JDK lets a client send neither 1002 nor 1003 nor 1009. */
    private CompletionStage<?> fault(int code, String reason) {
        loop.execute(() -> abort(code, reason));
        return null;
    }

    /** The JDK sends the pong. */
    @Override
    public CompletionStage<?> onPing(WebSocket source, ByteBuffer message) {
        heardAt = System.nanoTime();
        source.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onPong(WebSocket source, ByteBuffer message) {
        return onPing(source, message);
    }

    /** Ends once the close is answered. After a broken connection that never completes. */
    @Override
    public CompletionStage<?> onClose(WebSocket source, int code, String reason) {
        source.sendClose(WebSocket.NORMAL_CLOSURE, "")
                .orTimeout(ANSWER_TIME.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((sent, error) -> loop.execute(() -> end(code, reason, true)));
        return null;
    }

    @Override
    public void onError(WebSocket source, Throwable error) {
        fault(1006, "the connection broke: " + error.getMessage());
    }
}
