package dev.frontdoor.worker;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * A worker: it connects, registers, gives pushes to its handler, and reconnects by itself until it
 * is stopped or the service tells it not to come back. All methods may be called from any thread.
 */
public final class Worker implements AutoCloseable {

    static final String STOPPING = "the worker is stopping";
    private static final int MAX_REFUSED_TOKENS = 3;

    /** A registration that is in force or wanted; null is the result of an acceptance. */
    record Change(Registration registration, CompletableFuture<String> result) {}

    final WorkerBuilder options;
    final Loop loop;
    HttpClient http;
    boolean beginning;
    Change inForce;
    Change wanted;
    End end;
    int attempts;
    int refusedTokens;
    int working;
    private final CompletableFuture<End> ended = new CompletableFuture<>();
    private volatile State state = State.IDLE;
    private Session session;
    private End untold;
    private Thread tokenThread = new Thread();

    Worker(WorkerBuilder options) {
        this.options = options;
        this.inForce = new Change(options.registration, new CompletableFuture<>());
        this.wanted = inForce;
        this.loop = new Loop("frontdoor-" + options.registration.identity(), this::failed);
        HttpClient.Builder client = HttpClient.newBuilder();
        options.http.accept(client);
        // With another executor, the JDK can miss the end while a message waits for a thread.
        this.http = client.executor(Runnable::run).build();
    }

    /**
     * Starts to build a worker.
     *
     * @param url the service's address, {@code ws://HOST:PORT/liminal} or {@code wss://...}
     * @param registration what the worker declares
     * @param handler what does its work
     */
    public static WorkerBuilder builder(URI url, Registration registration, PushHandler handler) {
        return new WorkerBuilder(url, registration, handler);
    }

    /** Starts connecting, and returns at once. Only the first call has an effect. */
    public void start() {
        loop.execute(() -> {
            if (state == State.IDLE) {
                connect(null);
            }
        });
    }

    /** The current state. */
    public State state() {
        return state;
    }

    /** Completes when the worker has stopped or failed. */
    public CompletableFuture<End> ended() {
        return ended.copy();
    }

    /** Stops with the grace that was set. */
    public CompletableFuture<End> stop() {
        return stop(options.stopGrace);
    }

    /**
     * Lets open pushes finish for at most the grace, disconnects, and ends the worker.
     *
     * @param grace 0 to 1 day
     */
    public CompletableFuture<End> stop(Duration grace) {
        boolean allowed = !grace.isNegative() && grace.compareTo(Duration.ofDays(1)) <= 0;
        WorkerBuilder.check(allowed, "grace", grace, "0 to 1 day");
        loop.execute(() -> {
            if (end == null) {
                enter(State.STOPPING, null, null);
                leave(new End(State.STOPPED, 0, ""), grace);
            }
        });
        return ended();
    }

    /** Stops, and waits until that is done; not on the worker's own thread, which has to do it. */
    @Override
    public void close() {
        CompletableFuture<End> stopped = stop();
        if (!loop.isCurrent()) {
            stopped.orTimeout(options.stopGrace.toMillis() + 10_000, MILLISECONDS).join();
        }
    }

    /**
     * Replaces the registration. The result is null if the service accepts it, or the reason of its
     * rejection; the earlier registration then stays in force. The result fails with {@link
     * IllegalStateException} if another call replaces this one first, or if the worker ends, and
     * with {@link IllegalArgumentException} if the registration is too large.
     */
    public CompletableFuture<String> register(Registration registration) {
        Objects.requireNonNull(registration, "registration");
        return CompletableFuture.supplyAsync(() -> change(registration), loop)
                .thenCompose(result -> result);
    }

    /**
     * Publishes on a channel. The result is the publication's stream, as in {@link
     * Event.PublishRefused}. It fails with {@link IllegalStateException} unless the worker is
     * registered, or if too much waits to be sent, and with {@link IllegalArgumentException} if the
     * payload is too large.
     */
    public CompletableFuture<Integer> publish(String channel, byte[] payload) {
        return CompletableFuture.supplyAsync(() -> registered().publish(channel, payload), loop);
    }

    private Session registered() {
        if (state != State.REGISTERED) {
            throw new IllegalStateException("the worker is not registered");
        }
        return session;
    }

    private CompletableFuture<String> change(Registration registration) {
        options.checkSize(registration);
        if (end != null) {
            throw new IllegalStateException(STOPPING);
        }
        withdraw("another registration replaced this one");
        wanted = new Change(registration, new CompletableFuture<>());
        if (state == State.REGISTERED) {
            session.register();
        }
        return wanted.result();
    }

    private void withdraw(String why) {
        wanted.result().completeExceptionally(new IllegalStateException(why));
    }

    void enter(State next, Duration pause, End how) {
        state = next;
        emit(new Event.StateChanged(next, pause, how));
    }

    void emit(Event event) {
        Loop.run("a listener", () -> options.listener.accept(event));
    }

    /** Runs foreign code on a thread of its own, and what follows on the loop. */
    <T> Thread begin(Callable<T> code, BiConsumer<T, Throwable> then) {
        try {
            Thread thread =
                    options.threads.newThread(() -> {
                        try {
                            T value = code.call();
                            loop.execute(() -> then.accept(value, null));
                        } catch (Throwable e) {
                            loop.execute(() -> then.accept(null, e));
                        }
                    });
            thread.start();
            return thread;
        } catch (Throwable e) { // there may be no further thread
            loop.execute(() -> then.accept(null, e));
            return new Thread(); // that nobody minds to be interrupted
        }
    }

    /** Gives null after a failure, and nothing once the session is another one. */
    void requestToken(Consumer<Token> then) {
        Session asker = session;
        tokenThread =
                begin(
                        options.token,
                        (token, error) -> {
                            if (session != asker || end != null) {
                                return;
                            }
                            if (error != null) {
                                emit(new Event.Failure("the token source failed", error));
                            }
                            then.accept(token);
                        });
    }

    /** Uses a token that was asked for before, if there is one. */
    private void connect(Token fresh) {
        enter(State.CONNECTING, null, null);
        session = new Session(this);
        if (fresh == null) {
            requestToken(session::open);
        } else {
            session.open(fresh);
        }
    }

    private void retry(Duration least) {
        session = null;
        Duration pause = least.plus(options.pause(attempts++));
        loop.after(pause, "reconnect", () -> connect(null));
        enter(State.WAITING, pause, null);
    }

    /** Decides what follows the end of a connection, or of the attempt to open one. */
    void disconnected(Session source, int code, String reason, boolean byService) {
        boolean refused = source.tokenRefused || byService && (code == 401 || code == 1008);
        boolean last = refused && ++refusedTokens > MAX_REFUSED_TOKENS;
        boolean useless = last || byService && !refused && isFinal(code);
        End failure = new End(State.FAILED, code, reason);
        session = null;
        loop.cancelAll();
        tokenThread.interrupt();
        if (refused && !useless && end == null) {
            replaceToken(source.lastToken(), failure);
            return;
        }
        emit(new Event.Disconnected(code, reason, end == null && !useless));
        if (end != null) {
            finish();
        } else if (useless) {
            leave(failure, Duration.ZERO);
        } else {
            retry(source.retryAfter);
        }
    }

    /** Whether coming back is of no use after an HTTP status, or after a close code from 1000. */
    private static boolean isFinal(int code) {
        return switch (code) {
            case 408, 429 -> false;
            case 1002, 1003, 1009 -> true;
            default -> code < 1000 && code / 100 != 5 || code >= 4500 && code <= 4999;
        };
    }

    /** Only a token other than the refused one is worth another attempt. */
    private void replaceToken(Token refused, End failure) {
        Duration pause = options.pause(attempts++);
        untold = failure;
        enter(State.WAITING, pause, null);
        requestToken(token -> {
            if (token != null && token.value().equals(refused.value())) {
                leave(failure, Duration.ZERO);
            } else {
                tell(true);
                loop.after(pause, "reconnect", () -> connect(token));
            }
        });
    }

    /** Tells how a connection ended once it is known whether the worker comes back. */
    private void tell(boolean comesBack) {
        if (untold != null) {
            emit(new Event.Disconnected(untold.code(), untold.reason(), comesBack));
            untold = null;
        }
    }

    /** Leaves the service if there is a connection, and ends so. */
    void leave(End how, Duration grace) {
        end = how;
        loop.cancelAll();
        withdraw(STOPPING);
        if (session == null) {
            finish();
        } else {
            session.leave(grace);
        }
    }

    private void finish() {
        tell(false);
        tokenThread.interrupt();
        http = null; // its thread ends once it is collected
        enter(end.state(), null, end);
        loop.end();
        ended.completeAsync(() -> end);
    }

    /** What failed is the library's own code: it begins afresh, or ends if it was about to. */
    private void failed(Throwable error) {
        if (session != null) {
            session.abort(1006, "the library failed: " + error);
        } else if (end != null) {
            finish();
        } else {
            retry(Duration.ZERO);
        }
    }
}
