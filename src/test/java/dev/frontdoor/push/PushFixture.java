package dev.frontdoor.push;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.invocation.thread.PlatformThreads;
import dev.frontdoor.logging.RepeatedLines;
import dev.frontdoor.notifier.ConnectionNotifier;
import dev.frontdoor.notifier.PushException;
import dev.frontdoor.notifier.PushException.Reason;
import dev.frontdoor.push.PushMetrics.Outcome;
import dev.frontdoor.registration.RefusalLog;
import dev.frontdoor.registration.RegistrationFixture;

import org.springframework.util.unit.DataSize;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Pushes over a real registration service, to workers without sockets. */
final class PushFixture implements AutoCloseable {

    static final int MAX_PENDING = 4;
    static final int MAX_PAYLOAD = 1000;

    /** A time limit that no test reaches. */
    static final Duration LONG = Duration.ofHours(1);

    static final Duration SEND_TIMEOUT = Duration.ofSeconds(30);

    static final byte[] PAYLOAD = {1, 2, 3};

    private final RegistrationFixture registrations = new RegistrationFixture();
    private final PushService pushes;
    private final InstanceWorkers workers;
    private final AtomicLong pids = new AtomicLong();

    PushFixture() {
        this(MAX_PENDING);
    }

    PushFixture(int maxPending) {
        pushes =
                new PushService(
                        registrations.table(),
                        registrations.ledgers(),
                        new PushProperties(maxPending, DataSize.ofBytes(MAX_PAYLOAD), SEND_TIMEOUT),
                        new PushMetrics(registrations.meters(), registrations.sampler()),
                        new PushLog(
                                new RefusalLog(
                                        new RepeatedLines((delay, action) -> {
                                            var _ = registrations.timeouts().after(delay, action);
                                        }))),
                        registrations.timeouts(),
                        new PlatformThreads("push-completion", 64));
        workers =
                new InstanceWorkers(
                        registrations.table(),
                        registrations.ledgers(),
                        pushes,
                        registrations.bans(),
                        () -> {
                            throw new AssertionError("nobody evicts here");
                        });
    }

    void notifier(ConnectionNotifier notifier) {
        registrations.add("notifier", notifier, RegistrationFixture.LONG_TIMEOUT);
    }

    InstanceWorkers workers() {
        return workers;
    }

    PushService pushes() {
        return pushes;
    }

    RegistrationFixture registrations() {
        return registrations;
    }

    /** A connection on which nothing is registered. */
    PushedWorker connected() {
        return new PushedWorker(pids.incrementAndGet(), this);
    }

    PushedWorker registered() {
        PushedWorker worker = connected();
        worker.register();
        return worker;
    }

    long ended(Outcome outcome) {
        return registrations
                .meters()
                .get("frontdoor.pushes")
                .tag("outcome", outcome.label())
                .timer()
                .count();
    }

    long sends(Outcome outcome) {
        return (long)
                registrations
                        .meters()
                        .get("frontdoor.sends")
                        .tag("outcome", outcome.label())
                        .counter()
                        .count();
    }

    int pending() {
        return (int) registrations.meters().get("frontdoor.pushes.pending").gauge().value();
    }

    void expectNothingPending() {
        RegistrationFixture.eventually().untilAsserted(() -> assertThat(pending()).isZero());
    }

    /** Waits for a push to fail and returns the reason. */
    static Reason failure(CompletableFuture<byte[]> push) {
        return exception(push).reason();
    }

    /** Waits for a push to fail. */
    static PushException exception(CompletableFuture<byte[]> push) {
        try {
            byte[] reply =
                    push.orTimeout(RegistrationFixture.MAX_WAIT.toSeconds(), TimeUnit.SECONDS)
                            .join();
            throw new AssertionError("replied with %d bytes".formatted(reply.length));
        } catch (CompletionException e) {
            if (e.getCause() instanceof PushException failure) {
                return failure;
            }
            throw e;
        }
    }

    @Override
    public void close() {
        registrations.close();
    }
}
