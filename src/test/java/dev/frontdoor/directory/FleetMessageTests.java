package dev.frontdoor.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.frontdoor.directory.FleetAction.Selection;
import dev.frontdoor.notifier.EvictionRequest;
import dev.frontdoor.notifier.PushException.Reason;
import dev.frontdoor.notifier.PushRefusal;
import dev.frontdoor.notifier.WorkerFilter;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;

/** What instances send each other, as bytes. */
class FleetMessageTests {

    private static final byte[] PAYLOAD = "payload".getBytes(StandardCharsets.UTF_8);
    private static final WorkerFilter FILTER =
            new WorkerFilter(
                    "n*",
                    "q",
                    "ü\u0000",
                    "",
                    "i",
                    "agent/*",
                    Map.of("zone", "eu*", "a", ""),
                    "directory",
                    Instant.ofEpochSecond(7, 5));

    static List<FleetMessage.Body> bodies() {
        return List.of(
                new FleetMessage.Cancel(),
                new FleetAction.Push(7, PAYLOAD, Duration.ofMillis(1500)),
                new FleetAction.Push(7, new byte[0], Duration.ofDays(1)),
                new FleetAction.Send(Selection.of(7), PAYLOAD),
                new FleetAction.Send(Selection.of(FILTER), PAYLOAD),
                new FleetAction.Disconnect(Selection.of(WorkerFilter.ALL), "maintenance"),
                new FleetAction.Evict(EvictionRequest.pids(Set.of(1L, Long.MAX_VALUE))),
                new FleetAction.Evict(
                        EvictionRequest.share(0.1, FILTER)
                                .withRatePerSecond(3)
                                .withDeadline(Duration.ofMinutes(2))
                                .forGood()),
                new FleetAction.Evict(EvictionRequest.count(5, FILTER)),
                new FleetAction.Ban("identity", Duration.ofDays(365), "why", true),
                new FleetAction.Identity("key", Long.MAX_VALUE, true),
                new FleetAction.ReadBans(),
                new FleetOutcome.Replied(PAYLOAD),
                new FleetOutcome.Done(30_000),
                new FleetOutcome.PushFailed(Reason.EVICTING, null, "it is evicted"),
                new FleetOutcome.PushFailed(
                        Reason.REFUSED, new PushRefusal(PushRefusal.Code.BUSY, "later"), "busy"),
                new FleetOutcome.Failed("no"));
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void aMessageIsReadAsItWasWritten(FleetMessage.Body body) {
        FleetMessage message = message(body);

        byte[] written = MessageWriter.write(message);

        FleetMessage read = MessageReader.read(written, written.length);
        assertThat(read).usingRecursiveComparison().isEqualTo(message);
        assertThat(MessageWriter.write(read)).isEqualTo(written);
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void aPartOfAMessageIsMalformed(FleetMessage.Body body) {
        byte[] written = MessageWriter.write(message(body));

        for (int length = 0; length < written.length; length++) {
            int part = length;
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> MessageReader.read(written, part));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        MessageReader.read(
                                Arrays.copyOf(written, written.length + 1), written.length + 1));
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void aDamagedMessageIsReadOrMalformed(FleetMessage.Body body) {
        byte[] written = MessageWriter.write(message(body));
        Random random = new Random(3);

        for (int i = 0; i < 2000; i++) {
            byte[] damaged = written.clone();
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            try {
                assertThat(MessageReader.read(damaged, damaged.length)).isNotNull();
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageNotContaining("payload");
            }
        }
    }

    @Test
    void aSignatureIsThatOfOneKeyAndOneMessage() {
        FleetKey key = new FleetKey("a key of the fleet with many characters");
        FleetKey other = new FleetKey("another key of the fleet, just as long");
        byte[] signed = key.sign(PAYLOAD);

        assertThat(key.verify(signed)).isEqualTo(PAYLOAD.length);
        assertThat(other.verify(signed)).isNegative();
        assertThat(key.verify(PAYLOAD)).isNegative();
        for (int i = 0; i < signed.length; i++) {
            byte[] damaged = signed.clone();
            damaged[i] ^= 1;
            assertThat(key.verify(damaged)).isNegative();
        }
        assertThat(key.fingerprint())
                .isNotEqualTo(other.fingerprint())
                .isNotEqualTo(new FleetKey("").fingerprint());
    }

    @Test
    void severalThreadsSignAndVerifyAtOnce() throws Exception {
        FleetKey key = new FleetKey("a key of the fleet with many characters");
        byte[] expected = key.sign(PAYLOAD);
        CyclicBarrier begin = new CyclicBarrier(8);
        List<CompletableFuture<Void>> threads =
                IntStream.range(0, begin.getParties())
                        .mapToObj(thread ->
                                CompletableFuture.runAsync(
                                        () -> signAndVerify(key, thread, begin),
                                        task -> Thread.ofPlatform().start(task)))
                        .toList();

        for (CompletableFuture<Void> thread : threads) {
            assertThat(thread)
                    .succeedsWithin(FleetUnderTest.MAX_WAIT.toSeconds(), TimeUnit.SECONDS);
        }
        assertThat(key.sign(PAYLOAD)).isEqualTo(expected);
    }

    private static void signAndVerify(FleetKey key, int thread, CyclicBarrier begin) {
        try {
            int _ = begin.await(FleetUnderTest.MAX_WAIT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new AssertionError(e);
        }
        byte[] message = new byte[100 + thread];
        for (int i = 0; i < 2000; i++) {
            message[i % message.length]++;
            byte[] signed = key.sign(message);
            assertThat(key.verify(signed)).isEqualTo(message.length);
            signed[i % signed.length] ^= 1;
            assertThat(key.verify(signed)).isNegative();
        }
    }

    @Test
    void eachNumberIsTakenOnceAndNoneThatIsFarBehind() {
        ReplayWindow window = new ReplayWindow();
        BitSet taken = new BitSet();
        Random random = new Random(5);
        int highest = 0;

        for (int i = 0; i < 300_000; i++) {
            int number =
                    1
                            + Math.max(
                                    0,
                                    highest
                                            + random.nextInt(40)
                                            - (random.nextInt(50) == 0
                                                    ? random.nextInt(2 * ReplayWindow.SIZE)
                                                    : 20));
            boolean expected = !taken.get(number) && number > highest - ReplayWindow.SIZE;
            assertThat(window.take(number))
                    .as("number %s after %s", number, highest)
                    .isEqualTo(expected);
            taken.set(number);
            highest = Math.max(highest, number);
        }
        assertThat(window.take(highest + 3L * ReplayWindow.SIZE)).isTrue();
        assertThat(window.take(highest)).isFalse();
    }

    private static FleetMessage message(FleetMessage.Body body) {
        return new FleetMessage(12, "host-1/a", "host-2/b", 1_700_000_000_123L, body);
    }
}
