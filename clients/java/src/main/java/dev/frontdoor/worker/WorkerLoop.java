package dev.frontdoor.worker;

import dev.frontdoor.worker.Connection.OpenPush;

import java.lang.System.Logger.Level;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a worker does. All its state belongs to its loop, and so do all methods but the getters. */
final class WorkerLoop implements Connection.Owner {

    private static final Pattern TEMPORARY = Pattern.compile("retry in ([0-9]{1,4}) s$");
    private static final Set<Integer> USELESS = Set.of(1002, 1003, 1009);
    private static final int UNAUTHENTICATED = 0x0006;
    private static final int MAX_RETRY_AFTER = 3600;
    private static final int MAX_REFUSED_TOKENS = 3;
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

    private final Options options;
    private final Loop loop;
    private final ExecutorService ownThreads;
    private final Executor threads;
    private final Backoff reconnects;
    private final Backoff rejections;
    private final CompletableFuture<End> ended = new CompletableFuture<>();

    private volatile State state = State.IDLE;
    private Connection connection;
    private Future<?> answerTimer;
    private Future<?> registrationTimer;
    private Registration accepted;
    private Registration desired;
    private CompletableFuture<String> change;
    private Work<Token> tokenRequest;
    private Token freshToken;
    private int refusedTokens;
    private int working;
    private End leaving;

    WorkerLoop(Options options) {
        this.options = options;
        this.accepted = options.registration();
        this.desired = accepted;
        this.reconnects = new Backoff(options.initialBackoff(), options.maxBackoff());
        this.rejections = new Backoff(options.initialBackoff(), options.maxBackoff());
        String name = "frontdoor-" + accepted.identity();
        this.loop = new Loop(name, e -> emit(new Event.Failure("the library failed", e)));
        this.ownThreads =
                Executors.newCachedThreadPool(task -> {
                    Thread thread = new Thread(task, name + "-handler");
                    thread.setDaemon(true);
                    return thread;
                });
        this.threads = options.executor() == null ? ownThreads : options.executor();
    }

    Loop loop() {
        return loop;
    }

    State state() {
        return state;
    }

    CompletableFuture<End> ended() {
        return ended;
    }

    private void emit(Event event) {
        try {
            options.listener().onEvent(event);
        } catch (RuntimeException e) {
            System.getLogger("dev.frontdoor.worker").log(Level.WARNING, "a listener failed", e);
        }
    }

    private void enter(State next, Duration pause, End end) {
        state = next;
        emit(new Event.StateChanged(next, pause, end));
    }

    void start() {
        if (state == State.IDLE) {
            connect();
        }
    }

    private void connect() {
        enter(State.CONNECTING, null, null);
        Connection opening = new Connection(this, loop, options.maxMessage());
        connection = opening;
        Token fresh = options.token() == null ? new Token("", null) : freshToken;
        freshToken = null;
        if (fresh != null) {
            open(opening, fresh);
            return;
        }
        requestToken((token, error) -> {
            if (connection != opening) {
                return;
            }
            if (error == null) {
                open(opening, token);
            } else {
                connection = null;
                retry(Duration.ZERO);
            }
        });
    }

    private void requestToken(BiConsumer<Token, Throwable> result) {
        Callable<Token> source =
                () -> {
                    Token token = options.token().token();
                    if (token == null || token.value() == null) {
                        throw new IllegalStateException("the token source gave no token");
                    }
                    return token;
                };
        tokenRequest =
                begin(
                        source,
                        (token, error) -> {
                            tokenRequest = null;
                            if (error != null) {
                                emit(new Event.Failure("the token source failed", error));
                            }
                            result.accept(token, error);
                        });
    }

    private <T> Work<T> begin(Callable<T> code, BiConsumer<T, Throwable> result) {
        Work<T> work =
                new Work<>(code, (value, error) -> loop.execute(() -> result.accept(value, error)));
        threads.execute(work);
        return work;
    }

    private void open(Connection opening, Token token) {
        opening.token = token;
        WebSocket.Builder upgrade = options.http().newWebSocketBuilder();
        upgrade.header("User-Agent", options.userAgent());
        if (options.bearer()) {
            upgrade.header("Authorization", "Bearer " + token.value());
        }
        if (!options.labels().isEmpty()) {
            upgrade.header("Worker-Labels", options.labelsHeader());
        }
        answerTimer =
                loop.after(
                        options.connectTimeout(),
                        () -> opening.abort(1006, "no answer to the upgrade"));
        opening.open(upgrade, options.url(), error -> notOpened(opening, error));
    }

    private void notOpened(Connection opening, Throwable error) {
        if (connection != opening) {
            return;
        }
        Throwable cause = error instanceof CompletionException ? error.getCause() : error;
        if (!(cause instanceof WebSocketHandshakeException refused)) {
            opening.abort(1006, "cannot connect: " + cause);
            return;
        }
        int status = refused.getResponse().statusCode();
        boolean later = status == 408 || status == 429 || status >= 500 && status <= 599;
        String reason = "HTTP status " + status;
        release(status, reason, later || status == 401);
        if (status == 401) {
            tokenRefused(opening.token, status, reason);
        } else if (later) {
            String after =
                    refused.getResponse().headers().firstValue("Retry-After").orElse("").strip();
            int seconds = after.matches("[0-9]{1,9}") ? Integer.parseInt(after) : 0;
            retry(Duration.ofSeconds(Math.min(seconds, MAX_RETRY_AFTER)));
        } else {
            finish(new End(State.FAILED, status, reason));
        }
    }

    private void retry(Duration least) {
        Duration pause = least.plus(reconnects.next());
        loop.after(pause, this::connect);
        enter(State.WAITING, pause, null);
    }

    /** Only a token other than the refused one is worth another attempt. */
    private void tokenRefused(Token refused, int code, String reason) {
        End end = new End(State.FAILED, code, reason);
        refusedTokens++;
        if (options.token() == null || refusedTokens > MAX_REFUSED_TOKENS) {
            finish(end);
            return;
        }
        requestToken((token, error) -> {
            if (error == null && token.value().equals(refused.value())) {
                finish(end);
            } else {
                freshToken = token;
                retry(Duration.ZERO);
            }
        });
    }

    @Override
    public void opened(Connection opened) {
        emit(new Event.Connected());
        expectAnswer(opened, "Connect");
        opened.send(Wire.connect(options.bearer() ? "" : opened.token.value()));
        watchSilence(opened);
    }

    private void expectAnswer(Connection asked, String question) {
        answerTimer.cancel(false);
        answerTimer =
                loop.after(
                        options.answerTimeout(),
                        () -> asked.abort(1006, "no answer to " + question));
    }

    /** Looks a few times within each of the two time limits. */
    private void watchSilence(Connection watched) {
        long now = System.nanoTime();
        Duration silence = Duration.ofNanos(now - watched.heardAt());
        if (silence.compareTo(options.silence()) < 0) {
            watched.pingedAt = 0;
        } else if (watched.pingedAt == 0) {
            watched.pingedAt = now;
            watched.ping();
        } else if (now - watched.pingedAt >= options.pongTimeout().toNanos()) {
            watched.abort(1006, "the service fell silent");
            return;
        }
        long shorter = Math.min(options.silence().toMillis(), options.pongTimeout().toMillis());
        loop.after(Duration.ofMillis(shorter / 4 + 1), () -> watchSilence(watched));
    }

    @Override
    public void received(Connection source, byte[] message) {
        Wire.Frame frame;
        try {
            frame = Wire.decode(message);
        } catch (IllegalArgumentException e) {
            emit(new Event.Failure("the service sent what is no frame", e));
            source.abort(1002, e.getMessage());
            return;
        }
        if (frame instanceof Wire.PushFrame push) {
            push(source, push);
        } else if (leaving != null) {
            return;
        } else if (frame instanceof Wire.ConnectAck) {
            acknowledged(source);
        } else if (frame instanceof Wire.ConnectError error) {
            connectRefused(source, error);
        } else if (frame instanceof Wire.RegisterAck ack) {
            registrationAnswered(source, ack.rejection());
        } else if (frame instanceof Wire.PublishError error) {
            emit(new Event.PublishRefused(error.stream(), error.code(), error.message()));
        }
    }

    private void acknowledged(Connection source) {
        if (state == State.CONNECTING) {
            answerTimer.cancel(false);
            enter(State.REGISTERING, null, null);
            sendRegistration();
            renewInTime(source);
        } else if (source.renewing != null) {
            source.token = source.renewing;
            source.renewing = null;
            emit(new Event.Renewed());
            renewInTime(source);
        }
    }

    /** A failed renewal leaves the connection open; any other refusal is followed by a close. */
    private void connectRefused(Connection source, Wire.ConnectError error) {
        if (error.code() == UNAUTHENTICATED) {
            source.tokenRefused = true;
        } else if (source.renewing != null) {
            source.renewing = null;
            renewSoon(source);
            return;
        }
        expectAnswer(source, "a refused Connect");
    }

    private void renewInTime(Connection source) {
        Instant expiry = source.token.expiresAt();
        if (expiry != null) {
            Duration left = Duration.between(Instant.now(), expiry);
            long millis = Math.max(1, left.toMillis() / 10 * 8);
            loop.after(Duration.ofMillis(millis), () -> renew(source));
        }
    }

    private void renewSoon(Connection source) {
        long limit = options.initialBackoff().toMillis();
        long millis = 1 + ThreadLocalRandom.current().nextLong(limit);
        loop.after(Duration.ofMillis(millis), () -> renew(source));
    }

    private void renew(Connection source) {
        requestToken((token, error) -> {
            if (connection != source || leaving != null) {
                return;
            }
            if (error != null) {
                renewSoon(source);
                return;
            }
            source.renewing = token;
            source.send(Wire.connect(token.value()));
        });
    }

    void register(Registration registration, CompletableFuture<String> result) {
        if (leaving != null) {
            throw new IllegalStateException("the worker is stopping");
        }
        completeChange(false, null);
        change = result;
        desired = registration;
        if (state == State.REGISTERED && connection.unanswered == null) {
            sendRegistration();
        }
    }

    private void completeChange(boolean answered, String rejection) {
        if (change != null && answered) {
            change.complete(rejection);
        } else if (change != null) {
            change.completeExceptionally(new IllegalStateException("replaced, or no more time"));
        }
        change = null;
    }

    private void sendRegistration() {
        if (registrationTimer != null) {
            registrationTimer.cancel(false);
        }
        connection.unanswered = desired;
        connection.send(Wire.register(desired));
        expectAnswer(connection, "WorkerRegister");
    }

    private void registrationAnswered(Connection source, String rejection) {
        Registration asked = source.unanswered;
        if (asked == null) {
            return;
        }
        source.unanswered = null;
        answerTimer.cancel(false);
        if (rejection == null) {
            accepted(asked);
        } else {
            rejected(asked, rejection);
        }
    }

    private void accepted(Registration asked) {
        accepted = asked;
        refusedTokens = 0;
        rejections.reset();
        if (state == State.REGISTERING) {
            enter(State.REGISTERED, null, null);
            loop.after(options.stableAfter(), reconnects::reset);
        }
        if (asked == desired) {
            completeChange(true, null);
        } else {
            sendRegistration();
        }
    }

    private void rejected(Registration asked, String reason) {
        Matcher temporary = TEMPORARY.matcher(reason);
        boolean later = temporary.find();
        emit(new Event.Rejected(reason, later));
        if (asked != desired) {
            sendRegistration();
        } else if (later) {
            registerAfter(Duration.ofSeconds(Integer.parseInt(temporary.group(1))));
        } else if (change != null) {
            desired = accepted;
            completeChange(true, reason);
            if (state == State.REGISTERING) {
                registerAfter(Duration.ZERO);
            }
        } else if (options.stopOnRejection()) {
            leave(new End(State.FAILED, 0, reason));
        } else {
            registerAfter(Duration.ZERO);
        }
    }

    private void registerAfter(Duration least) {
        registrationTimer = loop.after(least.plus(rejections.next()), this::sendRegistration);
    }

    private void push(Connection source, Wire.PushFrame frame) {
        OpenPush push = new OpenPush(frame.stream(), frame.correlationId());
        emit(new Event.PushReceived(frame.correlationId(), frame.payload().length));
        if (leaving != null) {
            refuse(source, push, Refusal.Code.UNAVAILABLE, "the worker is stopping");
            return;
        }
        if (working >= options.capacity()) {
            refuse(source, push, Refusal.Code.BUSY, "at the capacity of " + options.capacity());
            return;
        }
        working++;
        Push given = new Push(frame.correlationId(), frame.payload());
        source.pushes.put(
                push,
                begin(
                        () -> options.handler().handle(given),
                        (reply, error) -> handled(source, push, reply, error)));
    }

    private void handled(Connection source, OpenPush push, byte[] reply, Throwable error) {
        working--;
        if (source.pushes.remove(push) == null) {
            return;
        }
        if (error instanceof Refusal refusal) {
            refuse(source, push, refusal.code(), refusal.getMessage());
        } else if (error != null || reply == null) {
            emit(new Event.Failure("the handler failed", error));
            refuse(source, push, Refusal.Code.INTERNAL, "the handler failed");
        } else if (reply.length > options.maxMessage() - Wire.REPLY_OVERHEAD) {
            String words = "the reply exceeds " + options.maxMessage() + " bytes";
            refuse(source, push, Refusal.Code.INTERNAL, words);
        } else {
            source.send(Wire.reply(push.stream, push.correlationId, reply));
            emit(new Event.PushReplied(push.correlationId, reply.length, push.age()));
        }
        if (leaving != null && source.pushes.isEmpty()) {
            disconnect();
        }
    }

    private void refuse(Connection source, OpenPush push, Refusal.Code code, String words) {
        source.send(Wire.refusal(push.stream, push.correlationId, code, words));
        emit(new Event.PushRefused(push.correlationId, code, words, push.age()));
    }

    void publish(String channel, byte[] payload, CompletableFuture<Integer> result) {
        if (state != State.REGISTERED) {
            throw new IllegalStateException("the worker is not registered");
        }
        byte[] frame = Wire.publish(connection.nextStream, channel, payload);
        if (frame.length > options.maxMessage()) {
            throw new IllegalArgumentException(
                    "the publication exceeds " + options.maxMessage() + " bytes");
        }
        connection.send(frame);
        emit(new Event.Published(connection.nextStream, channel, payload.length));
        result.complete(connection.nextStream++);
    }

    void stop(Duration grace) {
        if (leaving != null) {
            return;
        }
        enter(State.STOPPING, null, null);
        End end = new End(State.STOPPED, 0, "");
        if (connection != null && connection.isOpen()) {
            leaving = end;
            loop.cancelTimers();
            if (connection.pushes.isEmpty()) {
                disconnect();
            } else {
                loop.after(grace, this::refuseRest);
            }
        } else {
            finish(end);
        }
    }

    private void refuseRest() {
        connection.pushes.forEach((push, work) -> {
            work.cancel();
            refuse(connection, push, Refusal.Code.UNAVAILABLE, "the worker is stopping");
        });
        connection.pushes.clear();
        disconnect();
    }

    private void leave(End end) {
        leaving = end;
        disconnect();
    }

    private void disconnect() {
        Connection left = connection;
        loop.cancelTimers();
        left.send(Wire.disconnect());
        loop.after(CLOSE_TIMEOUT, () -> left.abort(1006, "no answer to Disconnect"));
    }

    @Override
    public void ended(Connection source, int code, String reason, boolean byService) {
        if (connection != source) {
            return;
        }
        boolean refused = source.tokenRefused || byService && code == 1008;
        boolean useless = byService && (USELESS.contains(code) || code >= 4500 && code <= 4999);
        release(code, reason, leaving == null && !useless);
        if (leaving != null) {
            finish(leaving);
        } else if (refused) {
            boolean renewing = source.renewing != null;
            tokenRefused(renewing ? source.renewing : source.token, code, reason);
        } else if (useless) {
            finish(new End(State.FAILED, code, reason));
        } else {
            retry(Duration.ZERO);
        }
    }

    /** Leaves nothing of the connection behind. */
    private void release(int code, String reason, boolean comesBack) {
        connection.pushes.forEach((push, work) -> {
            work.cancel();
            emit(new Event.PushDropped(push.correlationId, push.age()));
        });
        connection.pushes.clear();
        connection = null;
        loop.cancelTimers();
        emit(new Event.Disconnected(code, reason, comesBack));
    }

    private void finish(End end) {
        if (tokenRequest != null) {
            tokenRequest.cancel();
        }
        if (connection != null) {
            Connection unfinished = connection;
            connection = null;
            unfinished.abort(1006, end.reason());
        }
        completeChange(false, null);
        loop.end();
        ownThreads.shutdown();
        enter(end.state(), null, end);
        ended.complete(end);
    }
}
