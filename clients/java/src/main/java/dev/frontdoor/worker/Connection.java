package dev.frontdoor.worker;

import java.io.ByteArrayOutputStream;
import java.net.ConnectException;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A WebSocket of the JDK's, from the upgrade to its end. Everything runs on the loop, but {@link
 * #begin} and the methods of {@link WebSocket.Listener}.
 */
abstract class Connection implements WebSocket.Listener {

    /** So many messages at most are read ahead. While none may be, the JDK can miss the end. */
    private static final int MAX_BACKLOG = 1024;

    /** How many messages of the largest size may wait until they are sent. */
    private static final int MAX_UNSENT = 64;

    private static final Duration ANSWER_TIME = Duration.ofSeconds(1);
    private static final int MAX_RETRY_AFTER = 3600;

    final Worker worker;
    final WorkerBuilder options;
    final Loop loop;
    Token token;
    Duration retryAfter = Duration.ZERO;
    private final ByteArrayOutputStream parts = new ByteArrayOutputStream();
    private CompletableFuture<WebSocket> opening = new CompletableFuture<>();
    private CompletableFuture<WebSocket> sent = CompletableFuture.completedFuture(null);
    private final AtomicLong unsent = new AtomicLong();
    private WebSocket socket;
    private boolean upgraded;
    private boolean ended;

    Connection(Worker worker) {
        this.worker = worker;
        this.options = worker.options;
        this.loop = worker.loop;
    }

    abstract void opened();

    abstract void received(byte[] message);

    /** Called once, also if nothing was opened. */
    abstract void ended(int code, String reason, boolean byService);

    /** The token is null if there is none to be had now. */
    final void open(Token given) {
        if (given == null) {
            abort(1006, "no token");
            return;
        }
        token = given;
        if (options.bearer && !token.value().matches("[!-~]+")) {
            abort(1006, "cannot connect: the token is empty or holds a character that HTTP does not allow");
            return;
        }
        if (worker.beginning) {
            abort(1006, "cannot connect: an earlier attempt still looks up the host or the proxy");
            return;
        }
        WebSocket.Builder upgrade =
                worker.http
                        .newWebSocketBuilder()
                        .connectTimeout(options.connectTimeout)
                        .header("User-Agent", options.userAgent);
        if (options.bearer) {
            upgrade.header("Authorization", "Bearer " + token.value());
        }
        if (!options.labels.isEmpty()) {
            upgrade.header("Worker-Labels", String.join(", ", options.labels));
        }
        String late = "cannot connect within " + options.connectTimeout;
        loop.after(options.connectTimeout, "upgrade", () -> abort(1006, late));
        Thread thread = new Thread(() -> begin(upgrade), loop.name() + "-upgrade");
        thread.setDaemon(true);
        thread.start();
        worker.beginning = true;
    }

    /** Has a thread of its own, as choosing a proxy and looking up the host may block. */
    private void begin(WebSocket.Builder upgrade) {
        CompletableFuture<WebSocket> begun = beginOrFail(upgrade);
        loop.execute(() -> {
            worker.beginning = false;
            opening = begun;
            if (ended) {
                opening.cancel(true);
            }
        });
        begun.whenComplete((done, error) -> execute(() -> upgradeEnded(error)));
    }

    /** The JDK's own future, since only canceling that one ends the connection. */
    private CompletableFuture<WebSocket> beginOrFail(WebSocket.Builder upgrade) {
        try {
            return upgrade.buildAsync(options.url, this);
        } catch (Throwable e) { // thrown by a proxy selector, for instance
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Reads from before anything is sent: while the JDK begins to read, it can miss the end. */
    private void upgradeEnded(Throwable error) {
        if (error != null) {
            notUpgraded(error instanceof CompletionException ? error.getCause() : error);
            return;
        }
        upgraded = true;
        loop.cancel("upgrade");
        heard();
        socket.request(MAX_BACKLOG);
        opened();
    }

    private void notUpgraded(Throwable error) {
        if (!(error instanceof WebSocketHandshakeException refused)
                || refused.getResponse().statusCode() == 101) {
            boolean silent = error instanceof ConnectException && error.getMessage() == null;
            Object why = silent ? "nobody listens there, or the host is unknown" : error;
            abort(1006, "cannot connect: " + why);
            return;
        }
        HttpResponse<?> response = refused.getResponse();
        String after = response.headers().firstValue("Retry-After").orElse("");
        int seconds = after.matches("[0-9]{1,9}") ? Integer.parseInt(after) : 0;
        retryAfter = Duration.ofSeconds(Math.min(seconds, MAX_RETRY_AFTER));
        end(response.statusCode(), "HTTP status " + response.statusCode(), true);
    }

    /** Runs a task on the loop unless the connection has ended by then. */
    private void execute(Runnable task) {
        loop.execute(() -> {
            if (!ended) {
                task.run();
            }
        });
    }

    final boolean isOpen() {
        return upgraded && !ended;
    }

    /** Whether a frame has room beside what is still to be sent. */
    final boolean hasRoomFor(byte[] frame) {
        return unsent.get() + frame.length <= (long) MAX_UNSENT * options.maxMessage;
    }

    /** After a failure nothing more is sent. */
    final void send(byte[] frame) {
        if (sent.isCompletedExceptionally()) {
            return;
        }
        if (!hasRoomFor(frame)) {
            execute(() -> abort(1006, "the service does not read what is sent to it"));
            return;
        }
        unsent.addAndGet(frame.length);
        sent = sent.thenCompose(done -> socket.sendBinary(ByteBuffer.wrap(frame), true));
        sent.whenComplete((done, error) -> unsent.addAndGet(-frame.length));
        sent.exceptionally(this::notSent);
    }

    /** Runs a task on the loop after what was sent so far, unless the connection ends before. */
    final void whenSent(Runnable task) {
        sent.thenRun(() -> execute(task));
    }

    /** The reason, a close of the service perhaps, may still have to be read. */
    private WebSocket notSent(Throwable error) {
        Runnable abort = () -> abort(1006, "cannot send: " + error);
        execute(() -> loop.after(ANSWER_TIME, "send", abort));
        return null;
    }

    /** Whatever arrives ends a silence. */
    private void heard() {
        loop.after(options.silence, "silence", this::ping);
    }

    private void ping() {
        socket.sendPing(ByteBuffer.allocate(0));
        loop.after(options.pongTimeout, "silence", () -> abort(1006, "the service is silent"));
    }

    /** Breaks the connection off. The JDK lets a client send neither 1002 nor 1003 nor 1009. */
    final void abort(int code, String reason) {
        opening.cancel(true);
        if (socket != null) {
            socket.abort();
        }
        end(code, reason, false);
    }

    private void end(int code, String reason, boolean byService) {
        if (!ended) {
            ended = true;
            ended(code, reason, byService);
        }
    }

    /** Called before the upgrade's future completes, and even if that was canceled. */
    @Override
    public void onOpen(WebSocket opened) {
        loop.execute(() -> {
            socket = opened;
            if (ended) {
                opened.abort();
            }
        });
    }

    /** The next message is read once the replies so far are sent. */
    private CompletionStage<?> arrived(Runnable then) {
        execute(() -> {
            heard();
            then.run();
            sent.whenComplete((done, error) -> socket.request(1));
        });
        return null;
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket source, ByteBuffer part, boolean last) {
        byte[] bytes = new byte[part.remaining()];
        part.get(bytes);
        return arrived(() -> add(bytes, last));
    }

    private void add(byte[] part, boolean last) {
        if (parts.size() + part.length > options.maxMessage) {
            abort(1009, "the service sent more than " + options.maxMessage + " bytes");
            return;
        }
        parts.writeBytes(part);
        if (last) {
            byte[] message = parts.toByteArray();
            parts.reset();
            received(message);
        }
    }

    @Override
    public CompletionStage<?> onText(WebSocket source, CharSequence part, boolean last) {
        return arrived(() -> abort(1003, "the service sent a text message"));
    }

    /** The JDK sends the pong. */
    @Override
    public CompletionStage<?> onPing(WebSocket source, ByteBuffer message) {
        return arrived(() -> {});
    }

    @Override
    public CompletionStage<?> onPong(WebSocket source, ByteBuffer message) {
        return arrived(() -> {});
    }

    /** Ends once the close is answered. After a broken connection that never completes. */
    @Override
    public CompletionStage<?> onClose(WebSocket source, int code, String reason) {
        source.sendClose(WebSocket.NORMAL_CLOSURE, "")
                .orTimeout(ANSWER_TIME.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((done, error) -> execute(() -> {
                    if (error != null) {
                        source.abort(); // else the JDK keeps it until all is sent
                    }
                    end(code, reason, true);
                }));
        return null;
    }

    @Override
    public void onError(WebSocket source, Throwable error) {
        execute(() -> abort(1006, "the connection broke: " + error));
    }
}
