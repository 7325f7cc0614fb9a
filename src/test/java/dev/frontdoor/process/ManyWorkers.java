package dev.frontdoor.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.test.Registrations;
import dev.frontdoor.test.TestWorker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Thousands of workers of one process, which several threads connect. */
final class ManyWorkers implements AutoCloseable {

    private static final int THREADS = 8;

    /** For thousands of connections on a busy machine. */
    private static final Duration MAX_WAIT = Duration.ofMinutes(3);

    private final ServiceProcess service;
    private final List<TestWorker> workers = new ArrayList<>();

    ManyWorkers(ServiceProcess service) {
        this.service = service;
    }

    /** The identity of a worker, as many digits for each. */
    static String identity(int number) {
        return "worker-%s".formatted(Integer.toString(100_000 + number).substring(1));
    }

    /** Connects and registers workers until there are so many. */
    ManyWorkers growTo(int count) throws Exception {
        workers.addAll(
                inParallel(count - workers.size(), index -> connect(workers.size() + index)));
        return this;
    }

    TestWorker get(int number) {
        return workers.get(number);
    }

    int count() {
        return workers.size();
    }

    /** Registers some of those that are still connected again, on another node. */
    void change(int from, int count, String node) throws Exception {
        List<Integer> open = open();
        inParallel(
                count,
                index -> {
                    int number = open.get((from + index) % open.size());
                    return workers.get(number).register(registration(number, node));
                });
    }

    private List<Integer> open() {
        return IntStream.range(0, workers.size())
                .filter(number -> workers.get(number).isOpen())
                .boxed()
                .toList();
    }

    private TestWorker connect(int number) {
        try {
            TestWorker worker =
                    service.worker()
                            .header("User-Agent", "acme-worker/2.1")
                            .label("zone", number % 2 == 0 ? "eu1" : "us1")
                            .connect();
            assertThat(worker.register(registration(number, "node-" + number % 20)))
                    .isEqualTo(WorkerRegisterAck.ACCEPTED);
            return worker;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static WorkerRegistration registration(int number, String node) {
        return Registrations.of(identity(number))
                .namespaces("billing")
                .taskQueue(number % 25 == 0 ? "evicted" : "queue-" + number % 7)
                .node(node)
                .activityTypes("charge", "refund")
                .build();
    }

    private static <T> List<T> inParallel(int count, IntFunction<T> task) throws Exception {
        List<Future<T>> futures = new ArrayList<>();
        try (ExecutorService executor = Executors.newFixedThreadPool(THREADS)) {
            for (int i = 0; i < count; i++) {
                int index = i;
                futures.add(executor.submit(() -> task.apply(index)));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(future.get(MAX_WAIT.toSeconds(), TimeUnit.SECONDS));
            }
            return results;
        }
    }

    @Override
    public void close() {
        workers.forEach(TestWorker::vanish);
    }
}
