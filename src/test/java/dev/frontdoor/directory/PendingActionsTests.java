package dev.frontdoor.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.directory.PendingActions.Pending;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;

/** How many actions are awaited at once. */
class PendingActionsTests {

    private static final int SIZE = 10;

    @Test
    void anActionThatHasEndedGivesItsRoomBack() {
        PendingActions actions = new PendingActions(new ConcurrentHashMap<>(), 2, 2 * SIZE);
        assertThat(actions.add(1, action())).isTrue();
        assertThat(actions.add(2, action())).isTrue();
        assertThat(actions.add(3, action())).isFalse();

        actions.remove(1);
        actions.remove(1);

        assertThat(actions.add(4, action())).isTrue();
        assertThat(actions.add(5, action())).isFalse();
        assertThat(actions.size()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"1, 1000", "1000, 10", "1000, 19"})
    void severalThreadsDoNotTakeTheSameRoom(int max, long maxBytes) {
        PendingActions actions = new PendingActions(new MeetingMap(), max, maxBytes);

        List<CompletableFuture<Boolean>> added =
                IntStream.range(0, MeetingMap.THREADS)
                        .mapToObj(i ->
                                CompletableFuture.supplyAsync(
                                        () -> actions.add(i, action()),
                                        task -> Thread.ofPlatform().start(task)))
                        .toList();

        assertThat(added)
                .extracting(add -> add.get(FleetUnderTest.MAX_WAIT.toSeconds(), TimeUnit.SECONDS))
                .containsOnlyOnce(true);
        assertThat(actions.size()).isEqualTo(1);
    }

    private static Pending action() {
        return new Pending(
                "host-1/a",
                new FleetAction.Push(1, new byte[SIZE], Duration.ofMinutes(1)),
                SIZE,
                0,
                new CompletableFuture<>());
    }

    /** A map in which threads that look at its size wait for each other, if they can. */
    private static final class MeetingMap extends ConcurrentHashMap<Long, Pending> {

        private static final long serialVersionUID = 1;
        private static final int THREADS = 2;
        private static final long MAX_WAIT_MILLIS = 500;

        private final transient CyclicBarrier meeting = new CyclicBarrier(THREADS);

        @Override
        public int size() {
            int size = super.size();
            try {
                int _ = meeting.await(MAX_WAIT_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException | BrokenBarrierException _) {
                // The other one cannot look at the size meanwhile, as it should be.
                return size;
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return size;
        }
    }
}
