import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.LocalTime;
import java.util.*;
import java.util.concurrent.*;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A complete worker. It registers, replies to every push with the same payload, and reconnects when
 * its connection ends. The section numbers refer to {@code docs/protocol.md}. It needs only a JDK,
 * 17 or later.
 *
 * <p>It proves who it is by {@code --token} or {@code --token-file} in Connect, the same with
 * {@code --bearer} at the upgrade, or by {@code --certificate} and {@code --key} for TLS. It reads
 * these files again for each connection, since a token or a certificate is replaced before it
 * expires. A key store needs no option here: {@code java -Djavax.net.ssl.keyStore=worker.p12
 * -Djavax.net.ssl.keyStorePassword=... Worker.java --url wss://...}.
 *
 * <p>One thread handles all events of a connection, in their order. The exit status is 1 if the
 * service rejects this worker for good, and 2 for invalid options.
 */
public final class Worker {

    private final Options options;
    private final CountDownLatch finished = new CountDownLatch(1);
    private volatile Connection connection;
    private volatile boolean leaving;

    private Worker(Options options) {
        this.options = options;
    }

    public static void main(String[] args) throws InterruptedException {
        if (List.of(args).contains("--help")) {
            System.out.print(Options.HELP);
            return;
        }
        Worker worker = null;
        try {
            worker = new Worker(Options.parse(args));
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(worker::leave));
        System.exit(worker.run());
    }

    /** Reconnects until the service tells it not to (section 10). */
    private int run() throws InterruptedException {
        Backoff pauses = options.pauses().backoff();
        End end = attempt();
        while (end.comeBack() && !leaving) {
            if (end.served()) {
                pauses = options.pauses().backoff();
            }
            long millis = pauses.next() + end.atLeastSeconds() * 1000;
            log("reconnecting in %.1f s", millis / 1000.0);
            log("state=waiting pause_ms=%d", millis);
            Thread.sleep(millis);
            end = attempt();
        }
        if (!leaving) {
            log("not coming back");
            log("state=failed code=%d reason=%s", end.code(), end.reason());
        }
        finished.countDown();
        return leaving ? 0 : 1;
    }

    /** One connection, from the upgrade to its end. */
    private End attempt() throws InterruptedException {
        log("state=connecting");
        Proof proof = options.proof();
        try {
            String token = proof.readToken();
            Connection opened = new Connection(options, proof.bearer() ? "" : token);
            HttpClient client =
                    HttpClient.newBuilder()
                            .sslContext(proof.tls())
                            .executor(Runnable::run) // else the JDK can miss the connection's end
                            .build();
            WebSocket.Builder upgrade = client.newWebSocketBuilder();
            upgrade.connectTimeout(Duration.ofMillis(options.pauses().connectTimeout()));
            upgrade.header("User-Agent", "frontdoor-example/1.0");
            if (proof.bearer()) {
                upgrade.header("Authorization", "Bearer " + token);
            }
            if (!options.labels().isEmpty()) {
                upgrade.header("Worker-Labels", String.join(", ", options.labels()));
            }
            opened.socket = upgrade.buildAsync(options.url(), opened).get();
            connection = opened;
            log("connected to %s", options.url());
            return opened.run();
        } catch (ExecutionException e) {
            return notConnected(options.url(), e.getCause());
        } catch (IOException | GeneralSecurityException e) {
            log("cannot read what proves who this worker is: %s", e);
            return new End(true, false, 0, 0, "");
        } finally {
            connection = null;
        }
    }

    /** Retries if the service is unreachable or overloaded; other errors are final (section 2). */
    private static End notConnected(URI url, Throwable cause) {
        if (!(cause instanceof WebSocketHandshakeException handshake)) {
            // The JDK says neither that nobody listens nor that the host is unknown.
            boolean silent = cause.getMessage() == null;
            String why = silent ? "nobody listens there, or the host is unknown" : cause.toString();
            log("cannot connect to %s: %s", url, why);
            return new End(true, false, 0, 0, why);
        }
        int status = handshake.getResponse().statusCode();
        String wait = handshake.getResponse().headers().firstValue("Retry-After").orElse("");
        String after = wait.isEmpty() ? "" : ", retry after " + wait;
        log("%s refused with HTTP status %d%s", url, status, after);
        boolean later = status == 101 || status == 408 || status == 429 || status >= 500;
        int seconds = wait.matches("[0-9]{1,4}") ? Integer.parseInt(wait) : 0;
        return new End(later, false, seconds, status, "refused");
    }

    /** On Ctrl-C or SIGTERM: sends Disconnect, and waits briefly for the service to close. */
    private void leave() {
        Connection open = connection;
        if (open == null) {
            return;
        }
        leaving = true;
        log("leaving");
        log("state=stopping");
        open.send(Wire.disconnect());
        try {
            finished.await(2, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        log("state=stopped");
    }

    private static synchronized void log(String format, Object... values) {
        String text = String.format(format, values);
        System.out.println(String.format("%1$tT.%1$tL %2$s", LocalTime.now(), text));
    }

    /**
     * Whether to reconnect, whether the worker was registered for long, the least pause, and why: a
     * close code or an HTTP status.
     */
    private record End(
            boolean comeBack, boolean served, int atLeastSeconds, int code, String reason) {}

    /** Full jitter: a random pause up to a limit that doubles, so workers do not synchronize. */
    private static final class Backoff {
        private final long initial;
        private final long max;
        private int attempts;

        Backoff(long initial, long max) {
            this.initial = initial;
            this.max = max;
        }

        long next() {
            long limit = Math.min(max, initial << Math.min(attempts++, 30));
            return ThreadLocalRandom.current().nextLong(limit + 1);
        }
    }

    /** Every event of the socket becomes a task of the thread in {@link #run}. */
    private static final class Connection implements WebSocket.Listener {
        private static final Pattern RETRY_IN = Pattern.compile("retry in ([0-9]{1,4}) s$");

        private final Options options;
        private final String token;
        private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
        private final ByteArrayOutputStream parts = new ByteArrayOutputStream();
        private final Backoff rejections;
        private volatile WebSocket socket;
        private long registeredAt;
        private int working;
        private String unwanted;
        private End end;

        Connection(Options options, String token) {
            this.options = options;
            this.token = token;
            this.rejections = options.pauses().backoff();
        }

        /** Runs until the connection ends. After a long silence it sends a ping (section 9). */
        End run() throws InterruptedException {
            send(Wire.connect(token));
            boolean asked = false;
            Pauses pauses = options.pauses();
            while (end == null) {
                long patience = asked ? pauses.pongTimeout() : pauses.silence();
                Runnable task = tasks.poll(patience, MILLISECONDS);
                if (task != null) {
                    asked = false;
                    task.run();
                } else if (asked) {
                    lost("nothing was heard, and no answer to a ping");
                } else {
                    asked = true;
                    socket.sendPing(ByteBuffer.allocate(0));
                }
            }
            return end;
        }

        private void received(byte[] message) {
            try {
                handle(Wire.decode(message));
            } catch (BufferUnderflowException | IllegalArgumentException e) {
                lost("this is no frame: " + e);
            }
        }

        /** Sections 6 to 8. A worker ignores all other frames. */
        private void handle(Frame frame) {
            ByteBuffer in = frame.payload();
            boolean control = frame.type() != Wire.PUSH;
            if (Wire.READ.contains(frame.type()) && control != (frame.stream() == 0)) {
                throw new IllegalArgumentException("the stream " + frame.stream());
            }
            switch (frame.type()) {
                case Wire.CONNECT_ACK -> register();
                case Wire.CONNECT_ERROR ->
                        refused(in.getShort(), Wire.last(in, Wire.optionalString(in)));
                case Wire.WORKER_REGISTER_ACK -> registered(Wire.last(in, Wire.optionalString(in)));
                case Wire.PUSH ->
                        pushed(frame.stream(), in.getLong(), Wire.last(in, Wire.bytes(in)));
                default -> log("ignored a frame of type 0x%02X", frame.type());
            }
        }

        private void refused(short code, String message) {
            log("refused with code 0x%04X%s", code, message == null ? "" : ": " + message);
        }

        private void register() {
            if (registeredAt == 0 && rejections.attempts == 0) {
                log("state=registering");
            }
            log("registering %s for task queue %s", options.identity(), options.taskQueue());
            send(Wire.workerRegister(options));
        }

        /** An acknowledgment has the layout of an optional string: the reason of a rejection. */
        private void registered(String rejection) {
            if (rejection == null) {
                log("accepted");
                log("state=registered");
                registeredAt = System.nanoTime();
                return;
            }
            log("rejected: %s", rejection);
            Matcher temporary = RETRY_IN.matcher(rejection);
            boolean later = temporary.find();
            if (options.exitOnRejection() && !later) {
                unwanted = rejection;
                send(Wire.disconnect());
                return;
            }
            long atLeast = later ? Integer.parseInt(temporary.group(1)) * 1000L : 0;
            long millis = atLeast + rejections.next();
            log("registering again in %.1f s", millis / 1000.0);
            CompletableFuture.delayedExecutor(millis, MILLISECONDS)
                    .execute(() -> tasks.add(this::register));
        }

        /** Takes a push, or refuses it while this worker is at its capacity (section 8). */
        private void pushed(int stream, long correlation, byte[] payload) {
            String id = Long.toUnsignedString(correlation);
            log("push %s received, %d bytes", id, payload.length);
            if (working == options.capacity()) {
                refuse(stream, correlation, "busy", "at the capacity of " + working);
                return;
            }
            working++;
            work(payload)
                    .whenComplete((reply, error) ->
                            tasks.add(() -> worked(stream, correlation, reply, error)));
        }

        /** Add the real work here, on other threads than this one. */
        private CompletableFuture<byte[]> work(byte[] payload) {
            return CompletableFuture.supplyAsync(
                    () -> payload,
                    CompletableFuture.delayedExecutor(options.workMillis(), MILLISECONDS));
        }

        private void worked(int stream, long correlation, byte[] reply, Throwable error) {
            working--;
            if (error != null) {
                log("the work failed: %s", error);
                refuse(stream, correlation, "internal", "the work failed");
                return;
            }
            send(Wire.pushReply(stream, correlation, reply));
            log("reply %s sent", Long.toUnsignedString(correlation));
        }

        private void refuse(int stream, long correlation, String code, String words) {
            send(Wire.pushRefusal(stream, correlation, code, words));
            log("push %s refused as %s", Long.toUnsignedString(correlation), code);
        }

        /** Section 10: these codes tell a worker not to reconnect. */
        private void closed(int code, String reason) {
            log("closed with code %d%s", code, reason.isEmpty() ? "" : ": " + reason);
            boolean useless = List.of(1002, 1003, 1008, 1009).contains(code);
            boolean toldNotTo = code >= 4500 && code <= 4999;
            long heldNanos = registeredAt == 0 ? 0 : System.nanoTime() - registeredAt;
            boolean served = heldNanos > options.pauses().stableAfter() * 1_000_000L;
            if (unwanted != null) {
                end = new End(false, served, 0, 0, unwanted);
            } else {
                end = new End(!useless && !toldNotTo, served, 0, code, reason);
            }
        }

        private void lost(String why) {
            socket.abort();
            closed(1006, why);
        }

        /** Sends one message at a time, from any thread. */
        synchronized void send(byte[] frame) {
            try {
                socket.sendBinary(ByteBuffer.wrap(frame), true)
                        .orTimeout(10_000, MILLISECONDS)
                        .join();
            } catch (CompletionException e) {
                tasks.add(() -> lost("cannot send: " + e.getCause()));
            }
        }

        @Override
        public CompletionStage<?> onBinary(WebSocket source, ByteBuffer part, boolean last) {
            while (part.hasRemaining()) {
                parts.write(part.get());
            }
            if (last) {
                byte[] message = parts.toByteArray();
                parts.reset();
                tasks.add(() -> received(message));
            }
            source.request(1);
            return null;
        }

        /** A worker speaks in binary messages only. */
        @Override
        public CompletionStage<?> onText(WebSocket source, CharSequence part, boolean last) {
            tasks.add(() -> lost("this is a text message"));
            return null;
        }

        @Override
        public CompletionStage<?> onPing(WebSocket source, ByteBuffer message) {
            tasks.add(() -> {}); // the JDK answers it; any task ends the silence
            source.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onPong(WebSocket source, ByteBuffer message) {
            return onPing(source, message);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket source, int code, String reason) {
            source.sendClose(WebSocket.NORMAL_CLOSURE, "")
                    .orTimeout(1_000, MILLISECONDS)
                    .whenComplete((sent, error) -> tasks.add(() -> closed(code, reason)));
            return null;
        }

        @Override
        public void onError(WebSocket source, Throwable error) {
            tasks.add(() -> closed(1006, error.toString()));
        }
    }

    /** A frame without its flags, which a worker ignores. */
    record Frame(int type, int stream, ByteBuffer payload) {}

    /** The codec: sections 3 to 5. Java's buffers are big-endian, like the protocol. */
    static final class Wire {
        static final int CONNECT = 0x01;
        static final int CONNECT_ACK = 0x02;
        static final int CONNECT_ERROR = 0x03;
        static final int DISCONNECT = 0x04;
        static final int PUSH = 0x15;
        static final int PUSH_REPLY = 0x16;
        static final int WORKER_REGISTER = 0x17;
        static final int WORKER_REGISTER_ACK = 0x18;

        /** What a worker reads; the others are ignored. */
        static final Set<Integer> READ =
                Set.of(CONNECT_ACK, CONNECT_ERROR, PUSH, WORKER_REGISTER_ACK);

        static byte[] connect(String token) {
            byte[] version = join(uint(2, 1), uint(2, 0));
            return frame(CONNECT, 0, version, version, string(token));
        }

        static byte[] disconnect() {
            return frame(DISCONNECT, 0);
        }

        static byte[] workerRegister(Options worker) {
            List<byte[]> names = worker.activities().stream().map(Wire::string).toList();
            byte[] anything = string("{}"); // the JSON Schema that every value satisfies
            return frame(
                    WORKER_REGISTER,
                    0,
                    list(worker.namespaces().stream().map(Wire::string).toList()),
                    string(worker.taskQueue()),
                    worker.node() == null ? uint(1, 0) : join(uint(1, 1), string(worker.node())),
                    list(names),
                    string(worker.identity()),
                    list(names.stream().map(name -> join(name, anything, anything)).toList()));
        }

        static byte[] pushReply(int stream, long correlation, byte[] payload) {
            return frame(PUSH_REPLY, stream, uint(8, correlation), bytes(payload));
        }

        /**
         * A PushReply with flag 0x01. Its payload is JSON in the spelling that every server reads.
         */
        static byte[] pushRefusal(int stream, long correlation, String code, String words) {
            byte[] refusal = refusal(code, words).getBytes(UTF_8);
            return flagged(PUSH_REPLY, 1, stream, uint(8, correlation), bytes(refusal));
        }

        private static String refusal(String code, String words) {
            StringBuilder json = new StringBuilder("{\"code\":\"" + code + "\",\"words\":\"");
            for (char next : words.toCharArray()) {
                int escape = "\"\\\b\f\n\r\t".indexOf(next);
                if (escape >= 0) {
                    json.append('\\').append("\"\\bfnrt".charAt(escape));
                } else if (next < ' ') {
                    json.append(String.format("\\u%04x", (int) next));
                } else {
                    json.append(next);
                }
            }
            return json.append("\"}").toString();
        }

        private static byte[] frame(int type, int stream, byte[]... fields) {
            return flagged(type, 0, stream, fields);
        }

        private static byte[] flagged(int type, int flags, int stream, byte[]... fields) {
            return join(uint(1, type), uint(1, flags), uint(4, stream), bytes(join(fields)));
        }

        /** An unsigned number of the given size in bytes. */
        private static byte[] uint(int size, long value) {
            byte[] eight = ByteBuffer.allocate(8).putLong(value).array();
            return Arrays.copyOfRange(eight, 8 - size, 8);
        }

        private static byte[] bytes(byte[] value) {
            return join(uint(4, value.length), value);
        }

        private static byte[] string(String value) {
            return bytes(value.getBytes(UTF_8));
        }

        private static byte[] list(List<byte[]> items) {
            return join(uint(4, items.size()), join(items.toArray(new byte[0][])));
        }

        private static byte[] join(byte[]... parts) {
            ByteArrayOutputStream whole = new ByteArrayOutputStream();
            List.of(parts).forEach(whole::writeBytes);
            return whole.toByteArray();
        }

        static Frame decode(byte[] message) {
            ByteBuffer in = ByteBuffer.wrap(message);
            int type = Byte.toUnsignedInt(in.get());
            in.get(); // flags
            int stream = in.getInt();
            ByteBuffer payload = ByteBuffer.wrap(bytes(in));
            if (in.hasRemaining()) {
                throw new IllegalArgumentException("bytes after the frame");
            }
            return new Frame(type, stream, payload);
        }

        static String optionalString(ByteBuffer in) {
            byte tag = in.get();
            if (tag != 0 && tag != 1) {
                throw new IllegalArgumentException("neither 0 nor 1 but " + tag);
            }
            return tag == 0 ? null : text(bytes(in));
        }

        /** Well-formed UTF-8, and nothing else. */
        private static String text(byte[] bytes) {
            try {
                return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            } catch (CharacterCodingException e) {
                throw new IllegalArgumentException("a text that is not UTF-8", e);
            }
        }

        /** The value of the last field: nothing may follow it. */
        static <T> T last(ByteBuffer in, T value) {
            if (in.hasRemaining()) {
                throw new IllegalArgumentException("bytes after the last field");
            }
            return value;
        }

        /** Checks the length before the allocation. */
        static byte[] bytes(ByteBuffer in) {
            int length = in.getInt();
            if (length < 0 || length > in.remaining()) {
                throw new BufferUnderflowException();
            }
            byte[] value = new byte[length];
            in.get(value);
            return value;
        }
    }

    /** What proves who this worker is (sections 2 and 6). A path is null if it is not used. */
    record Proof(
            String token,
            Path tokenFile,
            boolean bearer,
            Path certificate,
            Path key,
            Path authorities) {

        String readToken() throws IOException {
            return tokenFile == null ? token : Files.readString(tokenFile).strip();
        }

        /** What the JDK is told by its own properties, unless there are PEM files. */
        SSLContext tls() throws IOException, GeneralSecurityException {
            if (certificate == null && authorities == null) {
                return SSLContext.getDefault();
            }
            KeyManagerFactory own =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            KeyStore store = emptyStore();
            if (certificate != null) {
                Certificate[] chain = certificates(certificate).toArray(new Certificate[0]);
                store.setKeyEntry("worker", key(chain[0]), new char[0], chain);
            }
            own.init(store, new char[0]);
            TrustManagerFactory trusted =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trusted.init(authorities == null ? null : trustStore());
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
            return tls;
        }

        private KeyStore trustStore() throws IOException, GeneralSecurityException {
            KeyStore store = emptyStore();
            for (Certificate authority : certificates(authorities)) {
                store.setCertificateEntry("authority-" + store.size(), authority);
            }
            return store;
        }

        private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            return store;
        }

        private static List<Certificate> certificates(Path pem)
                throws IOException, GeneralSecurityException {
            try (InputStream in = Files.newInputStream(pem)) {
                List<Certificate> read =
                        List.copyOf(
                                CertificateFactory.getInstance("X.509").generateCertificates(in));
                if (read.isEmpty()) {
                    throw new IOException(pem + " has no certificate");
                }
                return read;
            }
        }

        private PrivateKey key(Certificate owner) throws IOException, GeneralSecurityException {
            String pem = Files.readString(key);
            if (!pem.contains("-----BEGIN PRIVATE KEY-----")) {
                throw new IOException(key + " has no PKCS #8 key (BEGIN PRIVATE KEY)");
            }
            byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
            return KeyFactory.getInstance(owner.getPublicKey().getAlgorithm())
                    .generatePrivate(new PKCS8EncodedKeySpec(der));
        }
    }

    /** How long a worker waits, in milliseconds (sections 9 and 10). */
    record Pauses(
            int initial,
            int max,
            int stableAfter,
            int connectTimeout,
            int silence,
            int pongTimeout) {

        static Pauses of(Map<String, List<String>> given) {
            return new Pauses(
                    Options.count(given, "--initial-backoff-ms", "1000"),
                    Options.count(given, "--max-backoff-ms", "60000"),
                    Options.count(given, "--stable-after-ms", "30000"),
                    Options.count(given, "--connect-timeout-ms", "10000"),
                    Options.count(given, "--silence-ms", "40000"),
                    Options.count(given, "--pong-timeout-ms", "10000"));
        }

        Backoff backoff() {
            return new Backoff(initial, max);
        }
    }

    /** The service's address, and the registration. */
    record Options(
            URI url,
            Proof proof,
            List<String> namespaces,
            String taskQueue,
            String node,
            List<String> activities,
            String identity,
            int capacity,
            int workMillis,
            List<String> labels,
            boolean exitOnRejection,
            Pauses pauses) {

        static final String HELP =
                """
                java Worker.java [options]
                  --url URL            address of the service (ws://localhost:8080/liminal)
                  --task-queue NAME    the queue to take work from (default)
                  --namespace NAME     a namespace to serve, may be repeated (default)
                  --activity NAME      an activity type to offer, may be repeated (echo)
                  --node NAME          where this worker runs (none)
                  --identity NAME      the worker's own stable name (worker-HOST-PROCESS)
                  --capacity COUNT     pushes to work on at once; more are refused as busy (16)
                  --work-millis COUNT  how many milliseconds the work on a push takes (0)
                  --token TOKEN        the token that authenticates this worker (none)
                  --token-file FILE    a file with this token, read again for each connection
                  --bearer             send the token with the upgrade instead of in Connect
                  --certificate FILE   this worker's certificate and its issuers, in PEM (none)
                  --key FILE           the key of the certificate, in PEM as PKCS #8
                  --ca FILE            who issues the service's certificate, in PEM (the JDK's)
                  --label NAME=TEXT    a label, for instance zone=eu1, may be repeated (none)
                  --exit-on-rejection  exit after a rejection instead of retrying
                  --initial-backoff-ms COUNT  limit of the first random pause (1000)
                  --max-backoff-ms COUNT      limit of all random pauses (60000)
                  --stable-after-ms COUNT     how long a registration holds until pauses are short again (30000)
                  --connect-timeout-ms COUNT  until the upgrade is answered (10000)
                  --silence-ms COUNT          silence before a ping (40000)
                  --pong-timeout-ms COUNT     silence after it that ends the connection (10000)
                  --help               print this
                Each option may also be an environment variable: FRONTDOOR_URL, FRONTDOOR_TASK_QUEUE,
                with commas in FRONTDOOR_NAMESPACE, FRONTDOOR_ACTIVITY and FRONTDOOR_LABEL; and
                FRONTDOOR_TOKEN_IN=upgrade, FRONTDOOR_ON_REJECTION=stop.
                """;

        static Options parse(String... args) {
            Set<String> once =
                    Set.of(
                            "--url",
                            "--task-queue",
                            "--node",
                            "--identity",
                            "--token",
                            "--token-file",
                            "--certificate",
                            "--key",
                            "--ca",
                            "--capacity",
                            "--work-millis",
                            "--initial-backoff-ms",
                            "--max-backoff-ms",
                            "--stable-after-ms",
                            "--connect-timeout-ms",
                            "--silence-ms",
                            "--pong-timeout-ms");
            Set<String> repeatable = Set.of("--namespace", "--activity", "--label");
            Map<String, List<String>> given = new HashMap<>();
            for (int i = 0; i < args.length; i++) {
                String name = args[i];
                if (name.equals("--exit-on-rejection") || name.equals("--bearer")) {
                    given.put(name, List.of());
                } else if (!once.contains(name) && !repeatable.contains(name)) {
                    throw wrong("unknown option '%s'; allowed:%n%s", name, HELP);
                } else if (++i == args.length || args[i].isEmpty() || args[i].startsWith("--")) {
                    throw wrong("%s needs a value: not empty and not starting with --", name);
                } else if (once.contains(name) && given.containsKey(name)) {
                    throw wrong("%s was given twice; allowed: once", name);
                } else {
                    given.computeIfAbsent(name, key -> new ArrayList<>()).add(args[i]);
                }
            }
            addEnvironment(given, once, repeatable);
            return new Options(
                    url(first(given, "--url", "ws://localhost:8080/liminal")),
                    proof(given),
                    given.getOrDefault("--namespace", List.of("default")),
                    first(given, "--task-queue", "default"),
                    first(given, "--node", null),
                    given.getOrDefault("--activity", List.of("echo")),
                    first(
                            given,
                            "--identity",
                            "worker-" + host() + "-" + ProcessHandle.current().pid()),
                    count(given, "--capacity", "16"),
                    count(given, "--work-millis", "0"),
                    given.getOrDefault("--label", List.of()).stream().map(Options::label).toList(),
                    given.containsKey("--exit-on-rejection"),
                    Pauses.of(given));
        }

        /** Options that are not given may stand in the environment, as FRONTDOOR_TASK_QUEUE. */
        private static void addEnvironment(
                Map<String, List<String>> given, Set<String> once, Set<String> repeatable) {
            Map<String, String> environment = System.getenv();
            for (String name : once) {
                String value = environment.get(variable(name));
                if (value != null) {
                    given.putIfAbsent(name, List.of(value));
                }
            }
            for (String name : repeatable) {
                String value = environment.get(variable(name));
                if (value != null) {
                    given.putIfAbsent(name, List.of(value.split(",")));
                }
            }
            if ("upgrade".equals(environment.get("FRONTDOOR_TOKEN_IN"))) {
                given.put("--bearer", List.of());
            }
            if ("stop".equals(environment.get("FRONTDOOR_ON_REJECTION"))) {
                given.put("--exit-on-rejection", List.of());
            }
        }

        private static String variable(String option) {
            return "FRONTDOOR" + option.substring(1).replace('-', '_').toUpperCase(Locale.ROOT);
        }

        private static Proof proof(Map<String, List<String>> given) {
            boolean token = given.containsKey("--token");
            boolean file = given.containsKey("--token-file");
            boolean bearer = given.containsKey("--bearer");
            if (token && file || bearer && !token && !file) {
                throw wrong("--token, --token-file; allowed: one; --bearer needs it");
            }
            if (given.containsKey("--certificate") != given.containsKey("--key")) {
                throw wrong("--certificate, --key; allowed: both, or none");
            }
            return new Proof(
                    first(given, "--token", ""),
                    path(given, "--token-file"),
                    bearer,
                    path(given, "--certificate"),
                    path(given, "--key"),
                    path(given, "--ca"));
        }

        private static Path path(Map<String, List<String>> given, String name) {
            return given.containsKey(name) ? Path.of(first(given, name, "")) : null;
        }

        private static String first(
                Map<String, List<String>> given, String name, String otherwise) {
            return given.containsKey(name) ? given.get(name).get(0) : otherwise;
        }

        static int count(Map<String, List<String>> given, String name, String otherwise) {
            String text = first(given, name, otherwise);
            if (text.matches("[0-9]{1,9}")) {
                return Integer.parseInt(text);
            }
            throw wrong("%s '%s' is not allowed; allowed: 0 to 999999999", name, text);
        }

        /** A member of the header Worker-Labels (section 2); the service checks its lengths. */
        private static String label(String text) {
            if (!text.matches("[a-z*][a-z0-9_.*-]*=[ -~]*")) {
                throw wrong("--label '%s' is not allowed; allowed: zone=eu1, in ASCII", text);
            }
            int equals = text.indexOf('=') + 1;
            String value = text.substring(equals).replace("\\", "\\\\").replace("\"", "\\\"");
            return text.substring(0, equals) + '"' + value + '"';
        }

        private static URI url(String text) {
            try {
                URI url = new URI(text);
                boolean known = text.matches("wss?://[^#]+");
                if (known && url.getHost() != null && url.getPort() <= 65_535) {
                    return url;
                }
            } catch (URISyntaxException e) {
                // falls through to the error below
            }
            throw wrong("--url '%s' is not allowed; allowed: ws[s]://HOST[:PORT][/PATH]", text);
        }

        private static String host() {
            try {
                return InetAddress.getLocalHost().getHostName();
            } catch (UnknownHostException e) {
                return "unknown";
            }
        }

        private static IllegalArgumentException wrong(String format, Object... values) {
            return new IllegalArgumentException(String.format(format, values));
        }
    }
}
