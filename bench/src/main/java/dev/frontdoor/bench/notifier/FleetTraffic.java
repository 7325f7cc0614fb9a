package dev.frontdoor.bench.notifier;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import dev.frontdoor.notifier.Fleet;
import dev.frontdoor.notifier.FleetFilter;
import dev.frontdoor.notifier.FleetWorker;

import io.lettuce.core.RedisClient;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/**
 * Asks the other instance as fast as it answers, by pushes to its workers or by plain requests. A
 * GET of {@code /pushes?COUNT} or {@code /requests?COUNT} on a port of its own says how often, and
 * is answered with what was seen, as JSON.
 */
final class FleetTraffic implements AutoCloseable {

    private static final int IN_FLIGHT = 200;
    private static final int PAYLOAD = 200;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Fleet fleet;
    private final String instance;
    private final PlainRequests requests;
    private final HttpServer server;

    FleetTraffic(Fleet fleet, String instance, RedisClient redis, int port) throws IOException {
        this.fleet = fleet;
        this.instance = instance;
        this.requests = new PlainRequests(redis);
        server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1);
        server.createContext("/pushes", exchange -> answer(exchange, this::push));
        server.createContext("/requests", exchange -> answer(exchange, this::request));
        server.start();
    }

    private IntFunction<CompletableFuture<byte[]>> push() throws Exception {
        List<FleetWorker> others = others();
        // A worker is in the directory a moment after its acknowledgment.
        for (long start = System.nanoTime();
                others.isEmpty() && System.nanoTime() - start < PATIENCE.toNanos(); ) {
            others = others();
        }
        return pushTo(others);
    }

    private List<FleetWorker> others() throws Exception {
        return fleet
                .list(FleetFilter.ALL, 1000, null)
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .workers()
                .stream()
                .filter(worker -> !worker.instance().equals(instance))
                .toList();
    }

    private IntFunction<CompletableFuture<byte[]>> pushTo(List<FleetWorker> others) {
        byte[] payload = new byte[PAYLOAD];
        return number -> {
            FleetWorker to = others.get(number % others.size());
            return fleet.push(to.instance(), to.pid(), payload, PATIENCE);
        };
    }

    private IntFunction<CompletableFuture<byte[]>> request() {
        return _ -> requests.send(PAYLOAD).orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private void answer(HttpExchange exchange, Requester requester) throws IOException {
        try (exchange) {
            int count = Integer.parseInt(exchange.getRequestURI().getQuery());
            byte[] body = measure(requester.get(), count).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    private static String measure(IntFunction<CompletableFuture<byte[]>> request, int count)
            throws InterruptedException {
        Semaphore room = new Semaphore(IN_FLIGHT);
        AtomicInteger failed = new AtomicInteger();
        long[] waits = new long[count];
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            room.acquire();
            int number = i;
            long began = System.nanoTime();
            var _ =
                    request.apply(number)
                            .whenComplete((reply, failure) -> {
                                waits[number] = System.nanoTime() - began;
                                if (failure != null || reply.length != PAYLOAD) {
                                    failed.incrementAndGet();
                                }
                                room.release();
                            });
        }
        room.acquire(IN_FLIGHT);
        double seconds = (System.nanoTime() - start) / 1e9;
        Arrays.sort(waits);
        return String.format(
                Locale.ROOT,
                "{\"failed\":%d,\"seconds\":%f,\"p50\":%f,\"p99\":%f}",
                failed.get(),
                seconds,
                waits[count / 2] / 1e9,
                waits[(int) (count * 0.99)] / 1e9);
    }

    @Override
    public void close() {
        server.stop(0);
        requests.close();
    }

    private interface Requester {

        IntFunction<CompletableFuture<byte[]>> get() throws Exception;
    }
}
