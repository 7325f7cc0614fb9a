package dev.frontdoor.worker;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/** Builds a {@link Worker}. Each method names the default; a value out of range is an error. */
public final class WorkerBuilder implements Cloneable {

    final URI url;
    final Registration registration;
    final PushHandler handler;
    List<String> labels = List.of();
    String userAgent = "frontdoor-worker-java/0.2.0";
    Callable<Token> token = Token.fixed("");
    boolean bearer;
    int capacity = 16;
    boolean stopOnRejection;
    Duration initialBackoff = Duration.ofSeconds(1);
    Duration maxBackoff = Duration.ofSeconds(60);
    Duration stableAfter = Duration.ofSeconds(30);
    Duration connectTimeout = Duration.ofSeconds(10);
    Duration answerTimeout = Duration.ofSeconds(30);
    Duration silence = Duration.ofSeconds(40);
    Duration pongTimeout = Duration.ofSeconds(10);
    Duration stopGrace = Duration.ofSeconds(10);
    int maxMessage = 1 << 20;
    Consumer<Event> listener = Event.logging(System.getLogger("dev.frontdoor.worker"));
    Consumer<HttpClient.Builder> http = client -> {};
    ThreadFactory threads = WorkerBuilder::thread;

    WorkerBuilder(URI url, Registration registration, PushHandler handler) {
        boolean whole = url.getHost() != null && url.getPort() <= 65_535;
        boolean plain = url.getRawUserInfo() == null && url.getRawFragment() == null;
        boolean known = String.valueOf(url.getScheme()).matches("wss?");
        check(whole && plain && known, "url", url, "ws[s]://HOST[:PORT]/PATH");
        this.url = url;
        this.registration = registration;
        this.handler = handler;
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "frontdoor-handler");
        thread.setDaemon(true);
        return thread;
    }

    /** A fact about the worker, in printable ASCII, such as {@code zone}. Default: none. */
    public WorkerBuilder label(String name, String text) {
        check(name.matches("[a-z*][a-z0-9_.*-]{0,63}"), "label", name, "a name such as zone");
        check(text.matches("[ -~]{0,256}"), name, text, "256 characters of printable ASCII");
        List<String> more = new ArrayList<>(labels);
        more.add(name + "=\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"');
        check(more.size() <= 16, "labels", more, "at most 16");
        this.labels = more;
        return this;
    }

    /** What the worker is, for operators. Default: this library and its version. */
    public WorkerBuilder userAgent(String userAgent) {
        check(userAgent.matches("[!-~][ -~]*"), "userAgent", userAgent, "printable ASCII");
        this.userAgent = userAgent;
        return this;
    }

    /**
     * Gets the token that is sent in Connect. It is called for each connection and each renewal, on
     * a thread of its own, which is interrupted if the worker ends. After an exception it is called
     * again after a pause. Default: none.
     */
    public WorkerBuilder token(Callable<Token> token) {
        this.token = token;
        this.bearer = false;
        return this;
    }

    /** The same, but sent with the upgrade as {@code Authorization: Bearer}. Default: none. */
    public WorkerBuilder bearerToken(Callable<Token> token) {
        this.token = token;
        this.bearer = true;
        return this;
    }

    /** How many pushes are handled at a time; more are refused as busy. Default: 16. */
    public WorkerBuilder capacity(int capacity) {
        check(capacity >= 1 && capacity <= 65_536, "capacity", capacity, "1 to 65536");
        this.capacity = capacity;
        return this;
    }

    /** Ends the worker after a rejection that is not temporary. Default: it registers again. */
    public WorkerBuilder stopOnRejection() {
        this.stopOnRejection = true;
        return this;
    }

    /** The limit of the first random pause, and that of all. Default: 1 s and 60 s. */
    public WorkerBuilder backoff(Duration initial, Duration max) {
        check(max.compareTo(initial) >= 0, "max back-off", max, "at least the initial one");
        this.initialBackoff = checked("initial back-off", initial);
        this.maxBackoff = checked("max back-off", max);
        return this;
    }

    /** How long a registration must hold until the back-off starts anew. Default: 30 s. */
    public WorkerBuilder stableAfter(Duration value) {
        this.stableAfter = checked("stableAfter", value);
        return this;
    }

    /** Until the upgrade is answered. Default: 10 s. */
    public WorkerBuilder connectTimeout(Duration value) {
        this.connectTimeout = checked("connectTimeout", value);
        return this;
    }

    /** Until Connect is answered, and until a registration is. Default: 30 s. */
    public WorkerBuilder answerTimeout(Duration value) {
        this.answerTimeout = checked("answerTimeout", value);
        return this;
    }

    /**
     * After which silence of the service the worker sends a ping, and after which further silence
     * the connection is lost. Default: 40 s and 10 s.
     */
    public WorkerBuilder silence(Duration silence, Duration pongTimeout) {
        this.silence = checked("silence", silence);
        this.pongTimeout = checked("pongTimeout", pongTimeout);
        return this;
    }

    /** How long a stop lets open pushes finish. Default: 10 s. */
    public WorkerBuilder stopGrace(Duration value) {
        this.stopGrace = checked("stopGrace", value);
        return this;
    }

    /** The longest message sent or received, in bytes. Default: 1,048,576. */
    public WorkerBuilder maxMessage(int bytes) {
        check(bytes >= 1024 && bytes <= 1 << 30, "maxMessage", bytes, "1024 to 1073741824");
        this.maxMessage = bytes;
        return this;
    }

    /**
     * Gets all events, in order and one at a time, on the worker's own thread: it must not block.
     * An exception is logged and has no other effect. Default: {@link Event#logging}.
     */
    public WorkerBuilder listener(Consumer<Event> listener) {
        this.listener = listener;
        return this;
    }

    /**
     * Sets up the worker's own client for HTTP, with TLS or a proxy for instance. Called once, in
     * {@link #build}. The client's executor is the worker's choice, and its only thread does all
     * I/O: trust managers and authenticators must not block. Default: the JDK's settings.
     */
    public WorkerBuilder httpClient(Consumer<HttpClient.Builder> http) {
        this.http = http;
        return this;
    }

    /** Makes a thread for each call of the handler and of the token source. Default: daemons. */
    public WorkerBuilder threads(ThreadFactory threads) {
        this.threads = threads;
        return this;
    }

    /**
     * The worker, not yet started.
     *
     * @throws IllegalArgumentException if the registration is larger than a message may be
     */
    public Worker build() {
        checkSize(registration);
        try {
            return new Worker((WorkerBuilder) clone()); // which no later call changes
        } catch (CloneNotSupportedException e) {
            throw new AssertionError(e);
        }
    }

    /** Random below a limit that doubles, so that workers do not reconnect in step. */
    Duration pause(int attempts) {
        long initial = initialBackoff.toMillis();
        int doublings = Math.min(attempts, Long.numberOfLeadingZeros(initial) - 1);
        long limit = Math.min(maxBackoff.toMillis(), initial << doublings);
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(limit + 1));
    }

    private static Duration checked(String name, Duration value) {
        long millis = value.toMillis();
        check(millis >= 1 && millis <= 86_400_000, name, value, "1 ms to 1 day");
        return value;
    }

    /** Only what fits into a message can be sent. */
    void checkSize(Registration given) {
        int size = Wire.register(given).length;
        check(size <= maxMessage, "registration size", size, "maxMessage, " + maxMessage);
    }

    static void check(boolean allowed, String name, Object value, String range) {
        if (!allowed) {
            throw new IllegalArgumentException(
                    String.format("%s %s is not allowed; allowed: %s", name, value, range));
        }
    }
}
