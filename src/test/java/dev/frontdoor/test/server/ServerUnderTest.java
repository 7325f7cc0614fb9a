package dev.frontdoor.test.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.frontdoor.protocol.Frame.ConnectError;
import dev.frontdoor.protocol.Frame.Disconnect;
import dev.frontdoor.tcp.TcpPort;
import dev.frontdoor.test.HttpResponse;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.TestWorkerBuilder;
import dev.frontdoor.test.UpgradeRefusedException;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

import org.awaitility.core.ThrowingRunnable;
import org.springframework.context.ApplicationContext;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import javax.net.ssl.SSLSocketFactory;

/** The service under test: its ports, its meters, and what must add up. */
public final class ServerUnderTest {

    /** The bound of every wait. */
    public static final Duration MAX_WAIT = Duration.ofSeconds(60);

    private static final JsonMapper JSON = JsonMapper.shared();

    private final ApplicationContext context;
    private volatile WorkerTransport transport = WorkerTransport.WEBSOCKET;

    /** Those of recorded registrations have smaller numbers. */
    private final AtomicInteger identities = new AtomicInteger(1000);

    private final AtomicInteger addresses = new AtomicInteger();

    ServerUnderTest(ApplicationContext context) {
        this.context = context;
    }

    /** An identity that no worker has had. */
    public String newIdentity() {
        return "worker-" + identities.incrementAndGet();
    }

    /** An address of the machine that no worker has had; the log counts lines by address. */
    public String newAddress() {
        return "127.0.1." + addresses.incrementAndGet();
    }

    /** The transport by which workers connect. */
    public WorkerTransport transport() {
        return transport;
    }

    /** From now on workers connect by this transport; WebSocket is the default. */
    void use(WorkerTransport transport) {
        this.transport = transport;
    }

    /** Expects that the service takes no worker, and says why. */
    public void expectNotTaken(String why) throws IOException {
        switch (transport) {
            case WEBSOCKET ->
                    assertThatExceptionOfType(UpgradeRefusedException.class)
                            .isThrownBy(this::connect)
                            .satisfies(refusal -> assertThat(refusal.status()).isEqualTo(503));
            case TCP -> {
                try (TestWorker worker = connect()) {
                    assertThat(worker.expect(ConnectError.class).message()).contains(why);
                    worker.expectEnd();
                }
            }
        }
    }

    /** How many workers were not taken, by the meter's reason. */
    public double notTaken(String reason) {
        return sum("frontdoor.upgrades.refused", "reason", reason)
                + sum("frontdoor.tcp.entries.refused", "reason", reason);
    }

    /**
     * Expects that a worker has received no frame, apart from what tells over TCP why the
     * connection ends.
     */
    public static void expectNoAnswer(TestWorker worker) {
        assertThat(worker.poll())
                .satisfiesAnyOf(
                        none -> assertThat(none).isNull(),
                        end ->
                                assertThat(end)
                                        .isInstanceOfAny(ConnectError.class, Disconnect.class));
    }

    /** A builder of a worker for this server. */
    public TestWorkerBuilder worker() {
        return switch (transport) {
            case WEBSOCKET -> TestWorker.to(uri("/liminal")).timeout(MAX_WAIT);
            case TCP -> TestWorker.to(tcp()).greeting().timeout(MAX_WAIT);
        };
    }

    /** The address of the TCP port. */
    public URI tcp() {
        return URI.create("tcp://localhost:" + TcpPort.of(context));
    }

    /** The port to which workers connect. */
    public int port() {
        return switch (transport) {
            case WEBSOCKET -> webPort();
            case TCP -> TcpPort.of(context);
        };
    }

    /** A worker that is connected and has sent nothing. */
    public TestWorker connect() throws IOException {
        return worker().connect();
    }

    /** A worker that is registered under that identity. */
    public TestWorker register(String identity) throws IOException {
        TestWorker worker = connect();
        worker.register(TestWorker.registration(identity));
        return worker;
    }

    /** An address on the workers' port. */
    public URI uri(String path) {
        return URI.create("ws://localhost:" + webPort() + path);
    }

    /** A connection to the workers' port. */
    public HttpSocket http() throws IOException {
        return HttpSocket.connect(webPort());
    }

    /** A connection to the workers' port from this address of the machine. */
    public HttpSocket httpFrom(String address) throws IOException {
        return HttpSocket.connect(port(), InetAddress.ofLiteral(address));
    }

    /** A connection to the operators' port. */
    public HttpSocket operators() throws IOException {
        return HttpSocket.connect(managementPort());
    }

    /** A connection to the operators' port, with TLS. */
    public HttpSocket operators(SSLSocketFactory sockets) throws IOException {
        return HttpSocket.connect(managementPort(), sockets);
    }

    /** A connection to the operators' port from this address of the machine. */
    public HttpSocket operatorsFrom(String address) throws IOException {
        return HttpSocket.connect(managementPort(), InetAddress.ofLiteral(address));
    }

    /** The response to a GET on the operators' port. */
    public HttpResponse ask(String path) throws IOException {
        return request("GET", path);
    }

    /** The response to a request without a body on the operators' port. */
    public HttpResponse request(String method, String path) throws IOException {
        try (HttpSocket operators = operators()) {
            return operators
                    .send(
                            "%s %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                                    .formatted(method, path))
                    .answer();
        }
    }

    /** The response to a POST of JSON on the operators' port. */
    public HttpResponse post(String path, String json) throws IOException {
        try (HttpSocket operators = operators()) {
            return operators
                    .send(
                            "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
                                    .formatted(path, json.length(), json))
                    .answer();
        }
    }

    /** The JSON of a successful GET on the operators' port. */
    public JsonNode read(String path) throws IOException {
        HttpResponse answer = ask(path);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    /** Waits until a claim holds; fails with its last failure. */
    public static void eventually(ThrowingRunnable claim) {
        await().atMost(MAX_WAIT).pollInterval(Duration.ofMillis(10)).untilAsserted(claim);
    }

    /** Waits for a latch, for instance in a notifier; an interrupt ends the wait. */
    public static void awaitLatch(CountDownLatch latch) {
        try {
            assertThat(latch.await(MAX_WAIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The sum of the meters with that name and these tags. */
    public double sum(String meter, String... tags) {
        MeterRegistry meters = context.getBean(MeterRegistry.class);
        return meters.find(meter).tags(tags).meters().stream()
                .mapToDouble(ServerUnderTest::value)
                .sum();
    }

    /** Waits until that sum is the expected one; a peer may see an event before it is counted. */
    public void expectSum(double expected, String meter, String... tags) {
        eventually(() -> assertThat(sum(meter, tags)).as(meter).isEqualTo(expected));
    }

    private static double value(Meter meter) {
        return switch (meter) {
            case Counter counter -> counter.count();
            case Gauge gauge -> gauge.value();
            case Timer timer -> timer.count();
            default -> throw new IllegalArgumentException("no single value: " + meter.getId());
        };
    }

    /** Waits until no worker is connected and all counts add up. */
    public void expectNobody() {
        NobodyCheck check = new NobodyCheck(this, context);
        eventually(check::run);
    }

    private int webPort() {
        return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    private int managementPort() {
        return context.getEnvironment().getRequiredProperty("local.management.port", Integer.class);
    }
}
