package dev.frontdoor.registration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.notifier.Departure;
import dev.frontdoor.protocol.Frame;
import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.test.Registrations;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A worker without a socket. A close by the service ends it, as it ends a connection. */
final class LinkedWorker implements WorkerLink {

    static final Decision ACCEPTED = new Decision.Accepted();
    static final Decision ABANDONED = new Decision.Abandoned();

    private final LiveFacts facts;
    private final RegistrationFixture fixture;
    private final List<CloseCause> closes = new CopyOnWriteArrayList<>();
    private final AtomicInteger publicationsReturned = new AtomicInteger();
    private volatile Runnable acknowledging = () -> {};
    private volatile Runnable ending = () -> {};
    private volatile boolean ended;

    LinkedWorker(long pid, RegistrationFixture fixture) {
        this.facts = TestFacts.of(pid);
        this.fixture = fixture;
    }

    /** A rejection by a notifier or a limit. */
    static Decision rejected(String reason) {
        return new Decision.Rejected(reason);
    }

    static Decision failed(String notifier) {
        return new Decision.Rejected(
                RegistrationOutcome.FAILED, "notifier '%s' failed".formatted(notifier));
    }

    static Decision timedOut(String notifier) {
        return new Decision.Rejected(
                RegistrationOutcome.TIMEOUT, "notifier '%s' timed out".formatted(notifier));
    }

    @Override
    public LiveFacts facts() {
        return facts;
    }

    @Override
    public String network() {
        return "10.1.2.3";
    }

    @Override
    public ReservedFrame reserve(Frame frame) {
        throw new AssertionError("registration sends nothing by itself, but sent " + frame);
    }

    @Override
    public void close(CloseCause cause, String reason) {
        closes.add(cause);
        end();
    }

    /** Sets an action that runs just before an ack is handed to the connection. */
    LinkedWorker acknowledging(Runnable action) {
        acknowledging = action;
        return this;
    }

    /** Like {@link #hasEnded}, without waiting for a call of this worker. */
    boolean isEnding() {
        return ended;
    }

    synchronized boolean hasEnded() {
        return ended;
    }

    /** The cause of each close by the service. */
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

    /** Registers, and lets the call that enters the gate exceed its timeout. */
    Decision registerUntilTimeout(String identity, Gate gate) {
        CompletableFuture<Decision> decided = registering(identity);
        gate.awaitEntered();
        fixture.time().advance(RegistrationFixture.SHORT);
        return decisionOf(decided);
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
                        decision -> {
                            acknowledge(decision);
                            assertThat(decided.complete(decision)).isTrue();
                        });
        return decided;
    }

    /** Hands the ack to the connection, as far as it has not ended. */
    private synchronized void acknowledge(Decision decision) {
        if (!ended && decision.equals(ACCEPTED)) {
            acknowledging.run();
            fixture.service().acknowledged(pid(), () -> {});
        }
    }

    /** Registers, and forgets how. */
    void settle(String identity) {
        assertThat(register(identity)).isEqualTo(ACCEPTED);
        fixture.history().forget();
    }

    boolean publish(String channel) {
        return publishing(channel)
                .orTimeout(RegistrationFixture.MAX_WAIT.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    /** How many publications no notifier works on any more. */
    int publicationsReturned() {
        return publicationsReturned.get();
    }

    synchronized CompletableFuture<Boolean> publishing(String channel) {
        CompletableFuture<Boolean> consumed = new CompletableFuture<>();
        fixture.service()
                .publish(
                        pid(),
                        channel,
                        new byte[] {1, 2, 3},
                        answer -> assertThat(consumed.complete(answer)).isTrue(),
                        publicationsReturned::incrementAndGet);
        return consumed;
    }

    /** Sets what runs when the connection has left the table. */
    void ending(Runnable action) {
        ending = action;
    }

    synchronized void end() {
        ended = true;
        facts().onDeparture(new Departure(1000, Departure.Initiator.WORKER, "bye", Instant.EPOCH));
        LiveWorker _ = fixture.service().end(pid(), ending);
    }

    static Decision decisionOf(CompletableFuture<Decision> decided) {
        return decided.orTimeout(RegistrationFixture.MAX_WAIT.toSeconds(), TimeUnit.SECONDS).join();
    }
}
