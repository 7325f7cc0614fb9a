package dev.frontdoor.worker;

import dev.frontdoor.worker.Worker.Change;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a worker does on one connection. */
final class Session extends Connection {

    private static final Pattern TEMPORARY = Pattern.compile("retry in ([0-9]{1,4}) s$");
    private static final int UNAUTHENTICATED = 6;
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration MIN_RENEWAL_PAUSE = Duration.ofSeconds(1);

    /** A push whose answer is due on this connection. */
    private record OpenPush(Push push, int stream, long start) {

        Duration age() {
            return Duration.ofNanos(System.nanoTime() - start);
        }
    }

    boolean tokenRefused;
    private boolean acknowledged;
    private long graceEnd;
    private final Map<OpenPush, Thread> pushes = new HashMap<>();
    private Token renewing;
    private Change asked;
    private int rejections;
    private int lastStream = 1;

    Session(Worker worker) {
        super(worker);
    }

    /** The token that the service has seen last. */
    Token lastToken() {
        return renewing == null ? token : renewing;
    }

    @Override
    void opened() {
        worker.emit(new Event.Connected());
        connect(options.bearer ? "" : token.value());
    }

    private void connect(String value) {
        send(Wire.connect(value));
        expectAnswer("Connect");
    }

    private void expectAnswer(String frame) {
        loop.after(options.answerTimeout, frame, () -> abort(1006, "no answer to " + frame));
    }

    @Override
    void received(byte[] message) {
        Wire.Frame frame;
        try {
            frame = Wire.decode(message);
        } catch (IllegalArgumentException e) {
            worker.emit(new Event.Failure("the service sent what is no frame", e));
            abort(1002, e.getMessage());
            return;
        }
        int code = (int) frame.number();
        switch (frame.type()) {
            case Wire.CONNECT_ACK -> connected();
            case Wire.CONNECT_ERROR -> connectRefused(code);
            case Wire.REGISTER_ACK -> registrationAnswered(frame.text());
            case Wire.PUSH -> push(frame);
            case Wire.PUBLISH_ERROR ->
                    worker.emit(new Event.PublishRefused(frame.stream(), code, frame.text()));
            default -> {} // of no use to a worker
        }
    }

    private void connected() {
        acknowledged = true;
        loop.cancel("Connect");
        if (worker.state() == State.CONNECTING) {
            worker.enter(State.REGISTERING, null, null);
            register();
        } else if (renewing != null) {
            token = renewing;
            renewing = null;
            worker.emit(new Event.Renewed());
        } else {
            return;
        }
        if (token.expiresAt() != null) {
            Duration left = Duration.between(Instant.now(), token.expiresAt());
            renewAfter(left.multipliedBy(8).dividedBy(10));
        }
    }

    /** A failed renewal leaves the connection open; any other refusal is followed by a close. */
    private void connectRefused(int code) {
        tokenRefused |= code == UNAUTHENTICATED;
        if (renewing != null && !tokenRefused) {
            loop.cancel("Connect");
            renewing = null;
            renew(null);
        }
    }

    private void renewAfter(Duration pause) {
        Duration least = pause.compareTo(MIN_RENEWAL_PAUSE) < 0 ? MIN_RENEWAL_PAUSE : pause;
        loop.after(least, "renewal", () -> worker.requestToken(this::renew));
    }

    private void renew(Token fresh) {
        if (fresh == null) {
            renewAfter(options.pause(0));
        } else {
            renewing = fresh;
            connect(fresh.value());
        }
    }

    /** Sends the registration that is wanted, unless one is unanswered. */
    void register() {
        if (asked == null && worker.end == null) {
            asked = worker.wanted;
            expectAnswer("WorkerRegister");
            send(Wire.register(asked.registration()));
        }
    }

    private void registrationAnswered(String rejection) {
        Change answered = asked;
        if (answered == null) {
            return;
        }
        asked = null;
        loop.cancel("WorkerRegister");
        if (rejection == null) {
            accepted(answered);
        } else {
            rejected(answered, rejection);
        }
    }

    private void accepted(Change answered) {
        worker.inForce = answered;
        worker.refusedTokens = 0;
        rejections = 0;
        if (worker.state() == State.REGISTERING) {
            worker.enter(State.REGISTERED, null, null);
            loop.after(options.stableAfter, "stable", () -> worker.attempts = 0);
        }
        answered.result().complete(null);
        if (worker.wanted != answered) {
            register();
        }
    }

    /** Only a change that was rejected for good gives way to the registration in force. */
    private void rejected(Change answered, String reason) {
        Matcher temporary = TEMPORARY.matcher(reason);
        boolean later = temporary.find();
        boolean first = worker.state() == State.REGISTERING;
        worker.emit(new Event.Rejected(reason, later));
        if (first && !later && answered == worker.inForce && options.stopOnRejection) {
            worker.leave(new End(State.FAILED, 0, reason), Duration.ZERO);
            return;
        }
        if (!later && answered == worker.wanted) {
            worker.wanted = worker.inForce;
            answered.result().complete(reason);
        }
        if (first || worker.wanted != worker.inForce) {
            Duration least = Duration.ofSeconds(later ? Integer.parseInt(temporary.group(1)) : 0);
            loop.after(least.plus(options.pause(rejections++)), "WorkerRegister", this::register);
        }
    }

    private void push(Wire.Frame frame) {
        Push push = new Push(frame.number(), frame.payload());
        OpenPush open = new OpenPush(push, frame.stream(), System.nanoTime());
        worker.emit(new Event.PushReceived(push.correlationId(), push.payload().length));
        if (worker.end != null) {
            refuse(open, Refusal.Code.UNAVAILABLE, Worker.STOPPING);
        } else if (worker.working >= options.capacity) {
            refuse(open, Refusal.Code.BUSY, "at the capacity of " + options.capacity);
        } else {
            worker.working++;
            pushes.put(
                    open,
                    worker.begin(
                            () -> options.handler.handle(push),
                            (reply, error) -> handled(open, reply, error)));
        }
    }

    private void handled(OpenPush open, byte[] reply, Throwable error) {
        worker.working--;
        if (pushes.remove(open) == null) {
            return;
        }
        if (error instanceof Refusal refusal) {
            refuse(open, refusal.code(), refusal.getMessage());
        } else if (error != null || reply == null) {
            worker.emit(new Event.Failure("the handler failed", error));
            refuse(open, Refusal.Code.INTERNAL, "the handler failed");
        } else if (reply.length > options.maxMessage - Wire.REPLY_OVERHEAD) {
            String words = "the reply exceeds " + options.maxMessage + " bytes";
            refuse(open, Refusal.Code.INTERNAL, words);
        } else {
            long id = open.push.correlationId();
            send(Wire.reply(open.stream, id, reply));
            worker.emit(new Event.PushReplied(id, reply.length, open.age()));
        }
        disconnectIfDone();
    }

    private void refuse(OpenPush open, Refusal.Code code, String words) {
        long id = open.push.correlationId();
        send(Wire.refusal(open.stream, id, code, words));
        worker.emit(new Event.PushRefused(id, code, words, open.age()));
    }

    /** Returns the publication's stream. */
    int publish(String channel, byte[] payload) {
        byte[] frame = Wire.publish(lastStream + 1, channel, payload);
        if (frame.length > options.maxMessage) {
            throw new IllegalArgumentException(
                    "the publication exceeds " + options.maxMessage + " bytes");
        }
        if (!hasRoomFor(frame)) {
            throw new IllegalStateException("the service does not read what is sent to it");
        }
        lastStream++;
        send(frame);
        worker.emit(new Event.Published(lastStream, channel, payload.length));
        return lastStream;
    }

    /** Lets open pushes finish for at most the grace. */
    void leave(Duration grace) {
        if (isOpen() && acknowledged) {
            graceEnd = System.nanoTime() + grace.toNanos();
            loop.after(grace, "leaving", this::disconnect);
            disconnectIfDone();
        } else {
            abort(1006, Worker.STOPPING);
        }
    }

    private void disconnectIfDone() {
        if (worker.end != null && pushes.isEmpty()) {
            disconnect();
        }
    }

    private void disconnect() {
        pushes.forEach((open, thread) -> {
            thread.interrupt();
            refuse(open, Refusal.Code.UNAVAILABLE, Worker.STOPPING);
        });
        pushes.clear();
        send(Wire.disconnect());
        Duration left = Duration.ofNanos(Math.max(0, graceEnd - System.nanoTime()));
        breakOffAfter(left.plus(CLOSE_TIMEOUT));
        whenSent(() -> breakOffAfter(CLOSE_TIMEOUT));
    }

    private void breakOffAfter(Duration pause) {
        loop.after(pause, "leaving", () -> abort(1006, "no answer to Disconnect"));
    }

    @Override
    void ended(int code, String reason, boolean byService) {
        pushes.forEach((open, thread) -> {
            thread.interrupt();
            worker.emit(new Event.PushDropped(open.push.correlationId(), open.age()));
        });
        pushes.clear();
        worker.disconnected(this, code, reason, byService);
    }
}
