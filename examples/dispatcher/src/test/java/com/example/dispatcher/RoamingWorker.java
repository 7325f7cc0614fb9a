package com.example.dispatcher;

import dev.frontdoor.protocol.Frame.Push;
import dev.frontdoor.protocol.Frame.PushReply;
import dev.frontdoor.test.TestWorker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/** A worker that connects again whenever its connection ends, as through a load balancer. */
final class RoamingWorker implements Runnable, AutoCloseable {

    private final String identity;
    private final Supplier<URI> balancer;
    private final BiFunction<URI, Push, PushReply> answer;
    private final List<Long> connected = new CopyOnWriteArrayList<>();
    private volatile boolean closed;
    private volatile URI address;
    private volatile TestWorker worker;

    /** Connects a worker, and again whenever its connection ends. */
    RoamingWorker(
            String identity, Supplier<URI> balancer, BiFunction<URI, Push, PushReply> answer) {
        this.identity = identity;
        this.balancer = balancer;
        this.answer = answer;
        Thread.ofVirtual().start(this);
    }

    @Override
    public void run() {
        while (!closed) {
            URI url = balancer.get();
            long start = System.nanoTime();
            try (TestWorker next = TestWorker.to(url).timeout(Duration.ofHours(1)).connect()) {
                address = url;
                worker = next;
                next.answerPushes(push -> answer.apply(url, push));
                if (next.register(TestWorker.registration(identity)).accepted()) {
                    connected.add(start);
                    next.expectClose();
                }
            } catch (IOException | UncheckedIOException | AssertionError e) {
                // Its service has died, drains, or has not started: the next one may take it.
                Thread.onSpinWait();
            }
        }
    }

    boolean isConnected() {
        TestWorker now = worker;
        return now != null && now.isOpen();
    }

    /** Whether it is connected to this address. */
    boolean isAt(URI url) {
        return isConnected() && url.equals(address);
    }

    /** How often it has connected. */
    int connections() {
        return connected.size();
    }

    /** The shortest time between two of its moves. */
    Duration shortestStay() {
        long shortest = Long.MAX_VALUE;
        for (int i = 2; i < connected.size(); i++) {
            shortest = Math.min(shortest, connected.get(i) - connected.get(i - 1));
        }
        return Duration.ofNanos(shortest);
    }

    @Override
    public void close() {
        closed = true;
        if (worker != null) {
            worker.close();
        }
    }
}
