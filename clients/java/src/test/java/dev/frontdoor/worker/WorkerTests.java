package dev.frontdoor.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What the conformance suite cannot see from outside: results of methods, events, threads. How the
 * library behaves on the wire is the suite's part.
 */
@Timeout(120)
class WorkerTests {

    private final List<Event> events = Collections.synchronizedList(new ArrayList<>());
    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    private ServerSocket silentServer() throws Exception {
        ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        opened.add(server);
        return server;
    }

    private Worker worker(ServerSocket server, String identity) {
        URI url = URI.create("ws://127.0.0.1:" + server.getLocalPort() + "/liminal");
        return Worker.builder(url, Registration.of(identity), push -> push.payload())
                .listener(events::add)
                .connectTimeout(Duration.ofMinutes(10))
                .build();
    }

    private static List<String> threadsOf(String identity) {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("frontdoor-" + identity))
                .toList();
    }

    private static End end(CompletableFuture<End> ended) throws Exception {
        return ended.get(60, TimeUnit.SECONDS);
    }

    @Test
    void stopBeforeStartEndsTheWorker() throws Exception {
        Worker worker = worker(silentServer(), "unstarted");

        assertThat(worker.state()).isEqualTo(State.IDLE);
        assertThat(end(worker.stop()).state()).isEqualTo(State.STOPPED);
        worker.start();
        assertThat(worker.state()).isEqualTo(State.STOPPED);
    }

    @Test
    void stopWhileConnectingLeavesNeitherConnectionNorThreadBehind() throws Exception {
        ServerSocket server = silentServer();
        Worker worker = worker(server, "connecting");
        worker.start();
        try (Socket connection = server.accept()) {
            assertThat(connection.getInputStream().read()).isEqualTo('G');

            assertThat(end(worker.stop()).state()).isEqualTo(State.STOPPED);
            connection.setSoTimeout(60_000);
            connection.getInputStream().readAllBytes();
        }

        expectNoThreadOf("connecting");
    }

    private static void expectNoThreadOf(String identity) {
        long deadline = System.nanoTime() + 60_000_000_000L;
        while (!threadsOf(identity).isEmpty() && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(threadsOf(identity)).isEmpty();
    }

    /** Stands for a name server that does not answer, too. */
    @Test
    void blockedChoiceOfAProxyDelaysNeitherTimeoutNorStop() throws Exception {
        ProxyChoice proxies = new ProxyChoice();
        Worker worker = worker(silentServer(), "blocked", proxies);
        worker.start();
        try {
            assertThat(proxies.asked.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(attempts.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(threadsOf("blocked")).as("the loop, and one that is blocked").hasSize(2);
            assertThat(end(worker.stop()).state()).isEqualTo(State.STOPPED);
        } finally {
            proxies.choice.complete(List.of(Proxy.NO_PROXY));
        }
        expectNoThreadOf("blocked");
    }

    @Test
    void failedChoiceOfAProxyIsAFailedAttempt() throws Exception {
        ProxyChoice proxies = new ProxyChoice();
        proxies.choice.completeExceptionally(new IllegalStateException("no proxy today"));
        Worker worker = worker(silentServer(), "failing", proxies);
        worker.start();

        assertThat(attempts.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(end(worker.stop()).state()).isEqualTo(State.STOPPED);
        assertThat(List.copyOf(events))
                .anyMatch(event ->
                        event instanceof Event.Disconnected disconnected
                                && disconnected.reason().contains("no proxy today"));
    }

    private final CountDownLatch attempts = new CountDownLatch(3);

    private WorkerBuilder builder(ServerSocket server, String identity) {
        URI url = URI.create("ws://127.0.0.1:" + server.getLocalPort() + "/liminal");
        return Worker.builder(url, Registration.of(identity), Push::payload)
                .listener(event -> {
                    events.add(event);
                    if (event instanceof Event.Disconnected) {
                        attempts.countDown();
                    }
                });
    }

    private Worker worker(ServerSocket server, String identity, ProxySelector proxies) {
        return builder(server, identity)
                .connectTimeout(Duration.ofMillis(100))
                .backoff(Duration.ofMillis(1), Duration.ofMillis(1))
                .httpClient(client -> client.proxy(proxies))
                .build();
    }

    private static final class ProxyChoice extends ProxySelector {

        private final CountDownLatch asked = new CountDownLatch(1);
        private final CompletableFuture<List<Proxy>> choice = new CompletableFuture<>();

        @Override
        public List<Proxy> select(URI uri) {
            asked.countDown();
            return choice.join();
        }

        @Override
        public void connectFailed(URI uri, SocketAddress address, IOException failure) {}
    }

    @Test
    void stopMayBeCalledTwice() throws Exception {
        Worker worker = worker(silentServer(), "twice");
        worker.start();

        assertThat(end(worker.stop())).isEqualTo(end(worker.stop()));
        worker.close();
    }

    @Test
    void publicationNeedsARegisteredWorker() throws Exception {
        Worker worker = worker(silentServer(), "publisher");
        worker.start();

        assertThatThrownBy(() -> worker.publish("orders", new byte[1]).get(60, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasRootCauseInstanceOf(IllegalStateException.class);
        worker.close();
    }

    @Test
    void registrationThatIsReplacedFails() throws Exception {
        Worker worker = worker(silentServer(), "replaced");
        worker.start();
        CompletableFuture<String> first = worker.register(Registration.of("replaced"));
        CompletableFuture<String> second = worker.register(Registration.of("replaced"));

        assertThatThrownBy(() -> first.get(60, TimeUnit.SECONDS))
                .hasRootCauseInstanceOf(IllegalStateException.class);
        assertThat(second).isNotDone();
        end(worker.stop());
        assertThatThrownBy(() -> second.get(60, TimeUnit.SECONDS))
                .hasRootCauseInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() ->
                        worker.register(Registration.of("replaced")).get(60, TimeUnit.SECONDS))
                .hasRootCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void failingTokenSourceIsAskedAgain() throws Exception {
        ServerSocket server = silentServer();
        CompletableFuture<Void> secondCall = new CompletableFuture<>();
        URI url = URI.create("ws://127.0.0.1:" + server.getLocalPort() + "/liminal");
        Worker worker =
                Worker.builder(url, Registration.of("tokens"), Push::payload)
                        .listener(events::add)
                        .backoff(Duration.ofMillis(1), Duration.ofMillis(1))
                        .token(() -> {
                            if (events.stream().anyMatch(Event.Failure.class::isInstance)) {
                                secondCall.complete(null);
                            }
                            throw new IllegalStateException("no token today");
                        })
                        .build();
        worker.start();

        secondCall.get(60, TimeUnit.SECONDS);
        worker.close();
        assertThat(events)
                .anyMatch(event ->
                        event instanceof Event.Failure failure
                                && failure.what().equals("the token source failed"));
    }

    /** A mark of the byte order, for instance, which some editors write into a file. */
    @Test
    void tokenThatNoHeaderCanHoldIsNotShown() throws Exception {
        Worker worker =
                builder(silentServer(), "marked")
                        .bearerToken(Token.fixed("\ufeffsecret"))
                        .backoff(Duration.ofMillis(1), Duration.ofMillis(1))
                        .build();
        worker.start();

        assertThat(attempts.await(60, TimeUnit.SECONDS)).isTrue();
        worker.close();
        assertThat(events.toString()).contains("that HTTP does not allow").doesNotContain("secret");
    }

    @Test
    void threadThatCannotBeMadeIsAFailedAttempt() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        ServerSocket server = silentServer();
        Worker worker =
                builder(server, "threads")
                        .backoff(Duration.ofMillis(1), Duration.ofMillis(1))
                        .threads(task -> {
                            if (calls.incrementAndGet() <= 2) {
                                throw new OutOfMemoryError("told to fail");
                            }
                            return new Thread(task);
                        })
                        .build();
        worker.start();

        server.setSoTimeout(60_000);
        server.accept().close();
        assertThat(end(worker.stop()).state()).isEqualTo(State.STOPPED);
        assertThat(events.toString()).contains("told to fail");
    }

    @Test
    void errorOfAListenerStopsNothing() throws Exception {
        Worker worker =
                builder(silentServer(), "errors")
                        .listener(event -> {
                            throw new AssertionError("told to fail");
                        })
                        .build();
        worker.start();

        assertThat(end(worker.stop()).state()).isEqualTo(State.STOPPED);
        expectNoThreadOf("errors");
    }

    @Test
    void graceOutOfRangeIsRefusedAndChangesNothing() throws Exception {
        Worker worker = worker(silentServer(), "grace");
        worker.start();
        for (Duration grace : List.of(Duration.ofSeconds(-1), ChronoUnit.FOREVER.getDuration())) {
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .isThrownBy(() -> worker.stop(grace))
                    .withMessageContaining("allowed: 0 to 1 day");
        }
        assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> worker.stop(null));

        assertThat(end(worker.stop(Duration.ZERO)).state()).isEqualTo(State.STOPPED);
    }

    @Test
    void registrationThatNoMessageCanHoldIsRefused() throws Exception {
        Registration large = Registration.of("large").withTaskQueue("q".repeat(2000));
        WorkerBuilder builder = builder(silentServer(), "small").maxMessage(1024);
        Worker worker = builder.build();

        assertThatThrownBy(() -> worker.register(large).get(60, TimeUnit.SECONDS))
                .hasRootCauseInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("registration size");
        worker.close();
        assertThatExceptionOfType(NullPointerException.class)
                .isThrownBy(() -> new Registration.Activity("charge", null, "{}"));
        assertThatExceptionOfType(NullPointerException.class)
                .isThrownBy(() -> new Refusal(null, "words"));
    }

    @Test
    void closeByAListenerDoesNotWaitForItself() throws Exception {
        CompletableFuture<Worker> closing = new CompletableFuture<>();
        Worker worker =
                builder(silentServer(), "closing")
                        .stopGrace(Duration.ofMinutes(10))
                        .listener(event -> closing.join().close())
                        .build();
        worker.start();
        closing.complete(worker);

        assertThat(end(worker.ended()).state()).isEqualTo(State.STOPPED);
    }

    @Test
    void failingListenerStopsNothing() throws Exception {
        ServerSocket server = silentServer();
        URI url = URI.create("ws://127.0.0.1:" + server.getLocalPort() + "/liminal");
        Worker worker =
                Worker.builder(url, Registration.of("listener"), Push::payload)
                        .listener(event -> {
                            throw new IllegalStateException("told to fail");
                        })
                        .build();
        worker.start();
        server.accept().close();

        assertThat(end(worker.stop()).state()).isEqualTo(State.STOPPED);
    }

    @Test
    void tokenIsNotShown() {
        assertThat(new Token("secret", null).toString()).doesNotContain("secret");
    }

    @Test
    void valueOutOfRangeIsRefusedWhenTheWorkerIsBuilt() {
        URI url = URI.create("ws://localhost:8080/liminal");
        WorkerBuilder builder = Worker.builder(url, Registration.of("w"), Push::payload);
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> builder.capacity(0))
                .withMessageContaining("capacity 0 is not allowed");
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> builder.silence(Duration.ZERO, Duration.ofSeconds(1)));
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> builder.label("Zone", "eu1"));
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> builder.backoff(Duration.ofMillis(2), Duration.ofMillis(1)));
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() ->
                        Worker.builder(
                                URI.create("http://x/"), Registration.of("w"), Push::payload));
        for (String bad : List.of("ws://x/#part", "ws://x:99999/", "ws://me:secret@x/")) {
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .isThrownBy(() ->
                            Worker.builder(URI.create(bad), Registration.of("w"), Push::payload));
        }
    }
}
