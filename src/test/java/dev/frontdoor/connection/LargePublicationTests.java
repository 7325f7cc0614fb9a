package dev.frontdoor.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.frontdoor.connection.ConnectedWorkers.Worker;
import dev.frontdoor.protocol.Bytes;
import dev.frontdoor.protocol.Envelope;
import dev.frontdoor.protocol.Frame.Publish;
import dev.frontdoor.protocol.Frame.PublishError;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.ServiceContext;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The memory of publications that notifiers have not taken yet. */
class LargePublicationTests {

    private static final int LARGE = 60_000;
    private static final PublishError NO_MEMORY =
            new PublishError(0, 1, 0xFFFF, "the service is short of memory");

    private final ServiceContext service =
            new ServiceContext(
                    "frontdoor.limits.max-frame-size=100KB",
                    "frontdoor.limits.max-unfinished-bytes=200KB");
    private final ConnectedWorkers workers = new ConnectedWorkers(service);
    private final CountDownLatch taken = new CountDownLatch(1);

    @AfterEach
    void stop() {
        taken.countDown();
        service.close();
    }

    @Test
    void channelOfAPublicationCountsToo() {
        String channel = "\u0100".repeat(LARGE / Character.BYTES);
        holdUp(channel);
        Worker first = workers.register("one");
        Worker second = workers.register("two");
        Worker third = workers.register("three");
        Worker fourth = workers.register("four");

        for (Worker worker : List.of(first, second, third, fourth)) {
            worker.sends(publication(channel, 1));
        }
        fourth.awaits(NO_MEMORY);
        assertThat(third.transport.sent).doesNotContain(NO_MEMORY);
        assertThat(used()).isEqualTo(3 * LARGE);

        taken.countDown();
        await().atMost(ServerUnderTest.MAX_WAIT).untilAsserted(() -> assertThat(used()).isZero());
    }

    @Test
    void publicationThatFindsNoRoomIsAnsweredWithAnErrorUntilThereIsSome() {
        holdUp("slow");
        Worker first = workers.register("one");
        Worker second = workers.register("two");

        first.sends(publication("slow", LARGE));
        second.sends(publication("slow", LARGE));
        second.awaits(NO_MEMORY);
        assertThat(first.transport.sent).doesNotContain(NO_MEMORY);
        assertThat(used()).isEqualTo(2 * LARGE);
        assertThat(second.transport.closed()).isNull();

        taken.countDown();
        await().atMost(ServerUnderTest.MAX_WAIT).untilAsserted(() -> assertThat(used()).isZero());
    }

    private double used() {
        return service.value("frontdoor.budget.used", "budget", "messages");
    }

    private void holdUp(String channel) {
        service.notifier()
                .onChannel(
                        channel,
                        (_, _) -> {
                            try {
                                return taken.await(
                                        ServerUnderTest.MAX_WAIT.toSeconds(), TimeUnit.SECONDS);
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                                return false;
                            }
                        });
    }

    private static Publish publication(String channel, int size) {
        Bytes schema = Bytes.copyOf(new byte[32]);
        Envelope envelope = new Envelope(schema, null, null, Bytes.copyOf(new byte[size]));
        return new Publish(0, 1, channel, envelope, null);
    }
}
