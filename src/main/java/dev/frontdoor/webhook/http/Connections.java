package dev.frontdoor.webhook.http;

import io.micrometer.core.instrument.Clock;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpRequestFactory;

import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Sends requests to one receiver, each on the calling thread and in one attempt. Keeps connections
 * for further requests, as many as there were requests at once.
 */
public final class Connections implements ClientHttpRequestFactory, AutoCloseable {

    private static final Duration MAX_IDLE = Duration.ofSeconds(30);

    private final Origin origin;
    private final Duration timeout;
    private final Scheduler timer;
    private final Clock clock;

    /** All that are open. */
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();

    /** Those that no request uses, the latest first. */
    private final Deque<Connection> idle = new ConcurrentLinkedDeque<>();

    private final AtomicBoolean expiring = new AtomicBoolean();
    private volatile boolean closed;

    /**
     * Opens no connection yet.
     *
     * @param timeout time limit of a request, from its start to the end of the response
     * @param timer ends requests that take too long; never blocked
     */
    public Connections(Origin origin, Duration timeout, Scheduler timer, Clock clock) {
        this.origin = origin;
        this.timeout = timeout;
        this.timer = timer;
        this.clock = clock;
    }

    @Override
    public ClientHttpRequest createRequest(URI uri, HttpMethod method) {
        return new Request(this, uri, method);
    }

    Response send(HttpMethod method, URI uri, HttpHeaders headers, byte[] body) throws IOException {
        Connection connection = take();
        AtomicBoolean ended = new AtomicBoolean();
        Disposable deadline =
                timer.schedule(
                        () -> {
                            if (ended.compareAndSet(false, true)) {
                                connection.closeSocket();
                            }
                        },
                        timeout.toMillis(),
                        TimeUnit.MILLISECONDS);
        boolean reusable = false;
        try {
            if (!connection.isConnected()) {
                connection.connect(origin);
            }
            Response response = connection.exchange(method, uri, origin.host(), headers, body);
            reusable = response.leavesConnectionReusable();
            return response;
        } finally {
            deadline.dispose();
            if (ended.compareAndSet(false, true) && reusable && !closed) {
                keep(connection);
            } else {
                close(connection);
            }
        }
    }

    private Connection take() throws IOException {
        for (Connection kept = idle.pollFirst(); kept != null; kept = idle.pollFirst()) {
            if (!isExpired(kept) && kept.isUsable()) {
                return kept;
            }
            close(kept);
        }
        Connection connection = new Connection();
        open.add(connection);
        if (closed) {
            close(connection);
            throw new IOException("closed");
        }
        return connection;
    }

    private void keep(Connection connection) {
        connection.idleSince(clock.monotonicTime());
        idle.addFirst(connection);
        expireLater();
    }

    private void expireLater() {
        if (expiring.compareAndSet(false, true)) {
            Disposable _ = timer.schedule(this::expire, MAX_IDLE.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void expire() {
        expiring.set(false);
        for (Connection kept : idle) {
            if (isExpired(kept) && idle.remove(kept)) {
                close(kept);
            }
        }
        if (!idle.isEmpty() && !closed) {
            expireLater();
        }
    }

    private boolean isExpired(Connection kept) {
        return clock.monotonicTime() - kept.idleSince() >= MAX_IDLE.toNanos();
    }

    private void close(Connection connection) {
        open.remove(connection);
        connection.close();
    }

    /** Ends the requests in flight. */
    @Override
    public void close() {
        closed = true;
        open.forEach(Connection::closeSocket);
    }
}
