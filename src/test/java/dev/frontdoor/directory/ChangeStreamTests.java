package dev.frontdoor.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.notifier.FleetChange;
import dev.frontdoor.notifier.FleetWorker;
import dev.frontdoor.protocol.WorkerRegistration;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import tools.jackson.databind.json.JsonMapper;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Flow;
import java.util.function.Consumer;

/** What subscribers get of the changes that Redis tells about. */
class ChangeStreamTests {

    private static final Epoch EPOCH = new Epoch(Epoch.SCHEMA, "host-1/a", 1);

    private final List<Consumer<byte[]>> subscriptions = new ArrayList<>();
    private final ChangeStream stream = new ChangeStream(this::subscribe, Runnable::run, 100);
    private final Reader reader = new Reader();

    @BeforeEach
    void subscribe() {
        stream.subscribe(reader);
        check(1);
    }

    @Test
    void changesComeWithTheirNumbers() {
        send(2, "registered", "changed");
        send(4, "departed");

        assertThat(reader.came)
                .containsExactly("registered 2", "changed 3", "departed 4")
                .allSatisfy(_ -> assertThat(reader.end).isNull());
    }

    @Test
    void aMessageThatCannotBeReadIsSkipped() {
        subscriptions
                .getFirst()
                .accept("{\"v\":1,\"c\":[[\"x\",\"y\"]]}".getBytes(StandardCharsets.UTF_8));
        subscriptions.getFirst().accept("nothing".getBytes(StandardCharsets.UTF_8));
        send(2, "registered");

        assertThat(reader.came).containsExactly("registered 2");
    }

    @Test
    void theStreamEndsIfNothingComesOfWhatRedisHasCounted() {
        check(1);
        check(2);
        assertThat(reader.end).isNull();

        check(2);

        assertThat(reader.end).hasMessageContaining("changes of instance host-1/a were lost");
        assertThat(reader.came).isEmpty();
    }

    @Test
    void theStreamGoesOnWhileChangesCome() {
        for (int i = 2; i < 10; i++) {
            check(i);
            send(i - 1, "changed");
        }

        assertThat(reader.end).isNull();
    }

    @Test
    void changesBeforeTheSubscriptionAreNotMissed() {
        check(7);
        check(7);

        assertThat(reader.end).isNull();
    }

    @Test
    void redisIsSubscribedToWhileSomebodyReads() {
        assertThat(subscriptions).hasSize(1);

        reader.leave();
        check(1);
        assertThat(subscriptions).isEmpty();

        stream.subscribe(new Reader());
        check(1);
        assertThat(subscriptions).hasSize(1);
    }

    private AutoCloseable subscribe(Consumer<byte[]> messages) {
        subscriptions.add(messages);
        return () -> subscriptions.remove(messages);
    }

    private void check(long changes) {
        stream.check(Map.of(EPOCH, new Facts(0, 1, 0, "1", false, 0, false, 0, changes)));
    }

    private void send(long sequence, String... kinds) {
        WorkerRegistration registration =
                new WorkerRegistration(List.of(), "queue", null, List.of(), "worker", List.of());
        FleetWorker worker =
                new FleetWorker(
                        EPOCH.instance(),
                        1,
                        registration,
                        List.of(),
                        "10.0.0.1:5000",
                        "tcp",
                        null,
                        null,
                        Map.of(),
                        Instant.EPOCH,
                        Instant.EPOCH);
        String entry = new String(Entry.write(worker, List.of()), StandardCharsets.UTF_8);
        List<List<String>> changes = new ArrayList<>();
        for (String kind : kinds) {
            changes.add(List.of(kind, entry));
        }
        byte[] message =
                JsonMapper.shared()
                        .writeValueAsBytes(
                                Map.of(
                                        "v",
                                        EPOCH.schema(),
                                        "i",
                                        EPOCH.instance(),
                                        "e",
                                        EPOCH.number(),
                                        "s",
                                        sequence,
                                        "c",
                                        changes));
        subscriptions.getFirst().accept(message);
    }

    /** A subscriber that takes everything. */
    private static final class Reader implements Flow.Subscriber<FleetChange> {

        private final List<String> came = new ArrayList<>();
        private Flow.@Nullable Subscription subscription;
        private @Nullable Throwable end;

        void leave() {
            if (subscription != null) {
                subscription.cancel();
            }
        }

        @Override
        public void onSubscribe(Flow.Subscription started) {
            subscription = started;
            started.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(FleetChange change) {
            came.add(change.kind().label() + " " + change.sequence());
        }

        @Override
        public void onError(Throwable failure) {
            end = failure;
        }

        @Override
        public void onComplete() {
            // Only the end of the service completes a stream.
        }
    }
}
