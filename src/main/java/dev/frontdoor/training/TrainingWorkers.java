package dev.frontdoor.training;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Lets many workers come and go, so that the service runs what a storm of workers runs. The build
 * of the image does this while the JVM records what its AOT cache will contain.
 */
public final class TrainingWorkers {

    private static final int AT_ONCE = 48;

    /** The time limit for each answer of the service. */
    private static final Duration MAX_WAIT = Duration.ofSeconds(30);

    private TrainingWorkers() {}

    /**
     * Returns once all workers have closed their connections.
     *
     * @param arguments the workers' port on this machine, and how many workers
     * @throws IllegalArgumentException if the arguments are not two numbers
     * @throws ExecutionException if a worker was not served
     */
    public static void main(String[] arguments) throws InterruptedException, ExecutionException {
        if (arguments.length != 2) {
            throw new IllegalArgumentException("expected: PORT COUNT");
        }
        int port = Integer.parseInt(arguments[0]);
        int count = Integer.parseInt(arguments[1]);
        run(URI.create("ws://localhost:%s/liminal".formatted(port)), count);
    }

    /**
     * Lets workers come and go, every other one without a Disconnect frame. Returns once all have
     * closed their connections.
     *
     * @throws ExecutionException if one was not served; the remaining workers are dropped
     */
    static void run(URI url, int count) throws InterruptedException, ExecutionException {
        try (HttpClient client = HttpClient.newBuilder().connectTimeout(MAX_WAIT).build();
                ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
            List<Future<?>> served = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                TrainingWorker worker = new TrainingWorker("training-" + i, MAX_WAIT);
                boolean abruptly = i % 2 == 1;
                served.add(
                        threads.submit(() -> {
                            worker.run(client, url, abruptly);
                            return null;
                        }));
            }
            try {
                for (Future<?> each : served) {
                    each.get();
                }
            } finally {
                threads.shutdownNow();
                client.shutdownNow();
            }
        }
    }
}
