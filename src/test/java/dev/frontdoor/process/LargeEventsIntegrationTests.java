package dev.frontdoor.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.test.Registrations;
import dev.frontdoor.test.TestWorker;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Many workers whose events double in JSON, and a receiver that reads them slowly. */
class LargeEventsIntegrationTests {

    private static final int WORKERS = 60;

    /** Bytes of a schema as JSON, of which quotes and backslashes are escaped in an event. */
    private static final int SCHEMA = 250_000;

    private static final int MAX_SENDING_MB = 8;

    @TempDir Path directory;

    @Test
    void largeEventsOfManyWorkersDoNotExhaustTheHeap() throws Exception {
        Bystanders.notifier().writeTo(directory.resolve("notifiers/pushing.jar"));
        String quotes = "\"" + "\\\"".repeat(SCHEMA / 2) + "\"";
        List<TestWorker> workers = new ArrayList<>();
        try (SlowReceiver receiver = new SlowReceiver();
                ServiceProcess service =
                        ServiceProcess.in(directory)
                                .small()
                                .start(
                                        "--frontdoor.webhook.enabled=true",
                                        receiver.setting(),
                                        "--frontdoor.webhook.max-sending-bytes=%sMB"
                                                .formatted(MAX_SENDING_MB),
                                        "--frontdoor.notifiers.beans.webhook.match.namespaces=large");
                Bystanders bystanders = new Bystanders(service)) {
            for (int i = 0; i < WORKERS; i++) {
                TestWorker worker = service.worker().connect();
                worker.authenticate("");
                workers.add(worker);
            }
            for (TestWorker worker : workers) {
                worker.send(
                        new WorkerRegister(
                                0,
                                Registrations.of("large-" + workers.indexOf(worker))
                                        .namespaces("large")
                                        .activity("a", quotes, "{}")
                                        .build()));
            }
            bystanders.expectServed();
            for (TestWorker worker : workers) {
                worker.expect(WorkerRegisterAck.class);
            }
            workers.forEach(TestWorker::close);
            assertThat(receiver.mostAtOnce())
                    .as("events that were being sent at once")
                    .isBetween(1, MAX_SENDING_MB * 1024 * 1024 / (2 * SCHEMA));
            bystanders.expectServed();
            assertThat(service.log()).doesNotContain("OutOfMemoryError", "short of memory");
        }
    }

    /** Reads nothing of an event for a while, and then accepts it. */
    private static final class SlowReceiver implements AutoCloseable {

        private static final int PAUSE_MILLIS = 500;

        private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        private final AtomicInteger current = new AtomicInteger();
        private final AtomicInteger mostAtOnce = new AtomicInteger();
        private final CountDownLatch closed = new CountDownLatch(1);
        private final HttpServer server;

        SlowReceiver() throws IOException {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), WORKERS);
            server.setExecutor(threads);
            server.createContext("/", this::accept);
            server.start();
        }

        private void accept(HttpExchange exchange) throws IOException {
            mostAtOnce.accumulateAndGet(current.incrementAndGet(), Math::max);
            try (exchange) {
                boolean _ = closed.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
                exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
                exchange.sendResponseHeaders(204, -1);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                current.decrementAndGet();
            }
        }

        int mostAtOnce() {
            return mostAtOnce.get();
        }

        String setting() {
            return "--frontdoor.webhook.url=http://127.0.0.1:" + server.getAddress().getPort();
        }

        @Override
        public void close() {
            closed.countDown();
            server.stop(0);
            threads.shutdownNow();
        }
    }
}
