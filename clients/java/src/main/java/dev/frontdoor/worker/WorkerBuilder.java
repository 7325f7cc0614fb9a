package dev.frontdoor.worker;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executor;

/** Builds a {@link Worker}. Each method names the default; a value out of range is an error. */
public final class WorkerBuilder {

    private final URI url;
    private final Registration registration;
    private final PushHandler handler;
    private Map<String, String> labels = Map.of();
    private String userAgent = "frontdoor-worker-java/0.1.0";
    private TokenSource token;
    private boolean bearer;
    private int capacity = 16;
    private boolean stopOnRejection;
    private Duration initialBackoff = Duration.ofSeconds(1);
    private Duration maxBackoff = Duration.ofSeconds(60);
    private Duration stableAfter = Duration.ofSeconds(30);
    private Duration connectTimeout = Duration.ofSeconds(10);
    private Duration answerTimeout = Duration.ofSeconds(30);
    private Duration silence = Duration.ofSeconds(40);
    private Duration pongTimeout = Duration.ofSeconds(10);
    private Duration stopGrace = Duration.ofSeconds(10);
    private int maxMessage = 1 << 20;
    private EventListener listener =
            EventListener.logging(System.getLogger("dev.frontdoor.worker"));
    private HttpClient http;
    private Executor executor;

    WorkerBuilder(URI url, Registration registration, PushHandler handler) {
        check(
                url.getHost() != null && String.valueOf(url.getScheme()).matches("wss?"),
                "url",
                url,
                "ws[s]://HOST[:PORT]/PATH");
        this.url = url;
        this.registration = registration;
        this.handler = handler;
    }

    /** Facts about the worker, name to text in printable ASCII. Default: none. */
    public WorkerBuilder labels(Map<String, String> labels) {
        labels.forEach((name, text) ->
                check(
                        name.matches("[a-z*][a-z0-9_.*-]{0,63}") && text.matches("[ -~]{0,256}"),
                        "label",
                        name,
                        "a name such as zone, and at most 256 bytes of printable ASCII"));
        check(labels.size() <= 16, "labels", labels.size(), "at most 16");
        this.labels = Map.copyOf(labels);
        return this;
    }

    /** What the worker is, for operators. Default: this library and its version. */
    public WorkerBuilder userAgent(String userAgent) {
        check(userAgent.matches("[!-~][ -~]*"), "userAgent", userAgent, "printable ASCII");
        this.userAgent = userAgent;
        return this;
    }

    /** The token, sent in Connect. Default: none. */
    public WorkerBuilder token(TokenSource token) {
        this.token = token;
        this.bearer = false;
        return this;
    }

    /** The token, sent with the upgrade as {@code Authorization: Bearer}. Default: none. */
    public WorkerBuilder bearerToken(TokenSource token) {
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

    /** The limit of the first random pause. Default: 1 s. */
    public WorkerBuilder initialBackoff(Duration value) {
        this.initialBackoff = checked("initialBackoff", value);
        return this;
    }

    /** The limit of all random pauses. Default: 60 s. */
    public WorkerBuilder maxBackoff(Duration value) {
        this.maxBackoff = checked("maxBackoff", value);
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

    /** After which silence of the service the worker sends a ping. Default: 40 s. */
    public WorkerBuilder silence(Duration value) {
        this.silence = checked("silence", value);
        return this;
    }

    /** After which further silence the connection is lost. Default: 10 s. */
    public WorkerBuilder pongTimeout(Duration value) {
        this.pongTimeout = checked("pongTimeout", value);
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

    /** Gets all events. Default: {@link EventListener#logging}. */
    public WorkerBuilder listener(EventListener listener) {
        this.listener = listener;
        return this;
    }

    /** Opens the connections; for TLS or a proxy of your own. Default: a new one. */
    public WorkerBuilder httpClient(HttpClient http) {
        this.http = http;
        return this;
    }

    /**
     * Runs handler and token source; it must not run them on the calling thread. Default: threads
     * of the worker's own.
     */
    public WorkerBuilder executor(Executor executor) {
        this.executor = executor;
        return this;
    }

    /** The worker, not yet started. */
    public Worker build() {
        check(
                maxBackoff.compareTo(initialBackoff) >= 0,
                "maxBackoff",
                maxBackoff,
                "at least initialBackoff");
        return new Worker(
                new Options(
                        url,
                        registration,
                        handler,
                        labels,
                        userAgent,
                        token,
                        bearer,
                        capacity,
                        stopOnRejection,
                        initialBackoff,
                        maxBackoff,
                        stableAfter,
                        connectTimeout,
                        answerTimeout,
                        silence,
                        pongTimeout,
                        stopGrace,
                        maxMessage,
                        listener,
                        http == null ? HttpClient.newHttpClient() : http,
                        executor));
    }

    private static Duration checked(String name, Duration value) {
        boolean inRange =
                value.compareTo(Duration.ofMillis(1)) >= 0
                        && value.compareTo(Duration.ofDays(1)) <= 0;
        check(inRange, name, value, "1 ms to 1 day");
        return value;
    }

    private static void check(boolean allowed, String name, Object value, String range) {
        if (!allowed) {
            throw new IllegalArgumentException(
                    String.format("%s %s is not allowed; allowed: %s", name, value, range));
        }
    }
}
