package dev.frontdoor.push;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.notifier.Departure;
import dev.frontdoor.protocol.Bytes;
import dev.frontdoor.protocol.Frame;
import dev.frontdoor.registration.CloseCause;
import dev.frontdoor.registration.Decision;
import dev.frontdoor.registration.LiveFacts;
import dev.frontdoor.registration.RegistrationFixture;
import dev.frontdoor.registration.ReservedFrame;
import dev.frontdoor.registration.TestFacts;
import dev.frontdoor.registration.WorkerLink;
import dev.frontdoor.test.Registrations;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A worker without a socket that keeps what was pushed to it. */
final class PushedWorker implements WorkerLink {

    private final LiveFacts facts;
    private final PushFixture fixture;
    private final List<Frame.Push> pushed = new CopyOnWriteArrayList<>();
    private final List<String> closes = new CopyOnWriteArrayList<>();
    private volatile Consumer<Frame.Push> receiving = _ -> {};
    private final AtomicInteger reserved = new AtomicInteger();
    private volatile boolean full;
    private volatile Runnable reserving = () -> {};

    PushedWorker(long pid, PushFixture fixture) {
        this.facts = TestFacts.of(pid);
        this.fixture = fixture;
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
    public @Nullable ReservedFrame reserve(Frame frame) {
        if (full) {
            return null;
        }
        reserving.run();
        Frame.Push push = (Frame.Push) frame;
        int size = push.payload().size();
        reserved.addAndGet(size);
        return new ReservedFrame(
                () -> {
                    reserved.addAndGet(-size);
                    pushed.add(push);
                    receiving.accept(push);
                },
                () -> reserved.addAndGet(-size));
    }

    @Override
    public void close(CloseCause cause, String reason) {
        closes.add("%d %s".formatted(cause.code(), reason));
    }

    /** Sets an action that runs while a push is being admitted. */
    void reserving(Runnable action) {
        reserving = action;
    }

    /** From now on the worker reads nothing, and there is no room for more. */
    void stopReading() {
        full = true;
    }

    /** Sets the action for a push; it runs on the sending thread. */
    PushedWorker receiving(Consumer<Frame.Push> action) {
        receiving = action;
        return this;
    }

    List<Frame.Push> pushed() {
        return pushed;
    }

    /** Bytes of payloads that wait to be sent. */
    int reserved() {
        return reserved.get();
    }

    List<String> closes() {
        return closes;
    }

    void register() {
        assertThat(registering("worker-" + pid()))
                .succeedsWithin(RegistrationFixture.MAX_WAIT)
                .isEqualTo(new Decision.Accepted());
    }

    /** Registers, and answers the decision as a connection does. */
    CompletableFuture<Decision> registering(String identity) {
        CompletableFuture<Decision> answered = new CompletableFuture<>();
        fixture.registrations()
                .service()
                .register(
                        this,
                        Registrations.of(identity).build(),
                        decision -> {
                            answer(decision);
                            answered.complete(decision);
                        });
        return answered;
    }

    /** Hands the answer to a decision to the worker. */
    void answer(Decision decision) {
        switch (decision) {
            case Decision.Accepted _ ->
                    fixture.registrations()
                            .service()
                            .acknowledged(pid(), () -> fixture.pushes().acknowledged(pid()));
            case Decision.Rejected _ -> fixture.pushes().rejected(pid());
            case Decision.Abandoned _ -> {}
        }
    }

    CompletableFuture<byte[]> push() {
        return fixture.pushes().push(pid(), PushFixture.PAYLOAD, PushFixture.LONG);
    }

    /** Replies to a push; false if the push has already ended. */
    boolean reply(Frame.Push push, int... payload) {
        byte[] bytes = new byte[payload.length];
        for (int i = 0; i < payload.length; i++) {
            bytes[i] = (byte) payload[i];
        }
        return fixture.pushes()
                .replied(
                        pid(),
                        new Frame.PushReply(
                                0, push.streamId(), push.correlationId(), Bytes.copyOf(bytes)));
    }

    /** Refuses a push with a record; false if the push has already ended. */
    boolean refuse(Frame.Push push, int flags, String record) {
        Bytes payload = Bytes.copyOf(record.getBytes(StandardCharsets.UTF_8));
        return fixture.pushes()
                .replied(
                        pid(),
                        new Frame.PushReply(flags, push.streamId(), push.correlationId(), payload));
    }

    /** Ends the connection for registrations and pushes. */
    void end() {
        endRegistration();
        fixture.pushes().end(pid());
    }

    /** Ends the connection for registrations only. */
    void endRegistration() {
        facts().onDeparture(new Departure(1000, Departure.Initiator.WORKER, "bye", Instant.EPOCH));
        fixture.registrations().service().end(pid());
    }
}
