package dev.frontdoor.registration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.protocol.Frame;
import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.test.Registrations;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A worker without a socket. Closed from the service's side, it ends as a connection would. */
final class LinkedWorker implements WorkerLink {

    static final Decision ACCEPTED = new Decision.Accepted();
    static final Decision ABANDONED = new Decision.Abandoned();

    private final long pid;
    private final RegistrationFixture fixture;
    private final List<CloseCause> closes = new CopyOnWriteArrayList<>();
    private boolean ended;

    LinkedWorker(long pid, RegistrationFixture fixture) {
        this.pid = pid;
        this.fixture = fixture;
    }

    static Decision rejected(String reason) {
        return new Decision.Rejected(reason);
    }

    @Override
    public long pid() {
        return pid;
    }

    @Override
    public String remoteAddress() {
        return "10.1.2.3:" + pid;
    }

    @Override
    public Instant connectedAt() {
        return Instant.EPOCH;
    }

    @Override
    public boolean send(Frame frame) {
        throw new AssertionError("registration sends nothing by itself, but sent " + frame);
    }

    @Override
    public void close(CloseCause refusal, String reason) {
        closes.add(refusal);
        end();
    }

    synchronized boolean hasEnded() {
        return ended;
    }

    /** Why the service closed this connection, as often as it did. */
    List<CloseCause> closes() {
        return closes;
    }

    /** Registers and waits for the decision. */
    Decision register(String identity) {
        return decisionOf(registering(identity));
    }

    Decision register(WorkerRegistration registration) {
        return decisionOf(registering(registration));
    }

    CompletableFuture<Decision> registering(String identity) {
        return registering(Registrations.of(identity).build());
    }

    /** Registers, unless the connection has ended; calls for one pid come one at a time. */
    synchronized CompletableFuture<Decision> registering(WorkerRegistration registration) {
        if (ended) {
            return CompletableFuture.completedFuture(ABANDONED);
        }
        fixture.registrations().increment();
        CompletableFuture<Decision> decided = new CompletableFuture<>();
        fixture.service()
                .register(
                        this,
                        registration,
                        decision -> assertThat(decided.complete(decision)).isTrue());
        return decided;
    }

    /** Comes to be registered, however slow the machine, and forgets how. */
    void settle(String identity) {
        Decision decision = register(identity);
        for (int i = 0; i < 20 && !decision.equals(ACCEPTED); i++) {
            decision = register(identity);
        }
        assertThat(decision).isEqualTo(ACCEPTED);
        fixture.history().forget();
    }

    boolean publish(String channel) {
        return publishing(channel)
                .orTimeout(RegistrationFixture.PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    synchronized CompletableFuture<Boolean> publishing(String channel) {
        CompletableFuture<Boolean> consumed = new CompletableFuture<>();
        fixture.service()
                .publish(
                        pid,
                        channel,
                        new byte[] {1, 2, 3},
                        answer -> assertThat(consumed.complete(answer)).isTrue());
        return consumed;
    }

    synchronized void end() {
        ended = true;
        fixture.service().end(pid);
    }

    static Decision decisionOf(CompletableFuture<Decision> decided) {
        return decided.orTimeout(RegistrationFixture.PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }
}
