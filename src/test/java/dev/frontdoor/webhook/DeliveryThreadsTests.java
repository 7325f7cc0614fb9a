package dev.frontdoor.webhook;

import static dev.frontdoor.webhook.DeliveryFixture.ACCEPTED;
import static dev.frontdoor.webhook.DeliveryFixture.await;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Many events on many threads. */
class DeliveryThreadsTests {

    private final DeliveryFixture fixture = new DeliveryFixture();
    private final EventFactory events = fixture.events;

    @Test
    void noMoreAreOnTheirWayThanTheBoundButThatMany() {
        int bound = 4;
        CyclicBarrier allOfThem = new CyclicBarrier(bound);
        AtomicInteger onTheirWay = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(40);
        EventDelivery delivery =
                fixture.delivery(
                        Settings.deliveries(100, bound, 100, Settings.LONG),
                        task -> Thread.ofVirtual().start(task),
                        _ -> {
                            int now = onTheirWay.incrementAndGet();
                            most.accumulateAndGet(now, Math::max);
                            awaitAll(allOfThem);
                            onTheirWay.decrementAndGet();
                            done.countDown();
                            return ACCEPTED;
                        });

        IntStream.rangeClosed(1, 40).forEach(pid -> delivery.add(events.unregistered(pid)));

        await(done);
        assertThat(most).hasValueLessThanOrEqualTo(bound);
    }

    @Test
    void eventsOfOnePidKeepTheirOrderAndNeverOverlapWhoeverDeliversThem() throws Exception {
        int pids = 20;
        int perPid = 50;
        Map<Long, List<Event>> taken = new ConcurrentHashMap<>();
        Map<Long, AtomicInteger> onTheirWay = new ConcurrentHashMap<>();
        AtomicInteger overlaps = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(pids * perPid);
        EventDelivery delivery =
                fixture.delivery(
                        Settings.deliveries(pids * perPid, 8, 100, Settings.LONG),
                        task -> Thread.ofVirtual().start(task),
                        event -> {
                            AtomicInteger mine =
                                    onTheirWay.computeIfAbsent(
                                            event.pid(), _ -> new AtomicInteger());
                            if (mine.incrementAndGet() > 1) {
                                overlaps.incrementAndGet();
                            }
                            taken.computeIfAbsent(event.pid(), _ -> new ArrayList<>()).add(event);
                            mine.decrementAndGet();
                            done.countDown();
                            return ACCEPTED;
                        });

        List<Thread> adding =
                IntStream.rangeClosed(1, pids)
                        .mapToObj(pid ->
                                Thread.ofVirtual()
                                        .start(() -> {
                                            for (int i = 0; i < perPid; i++) {
                                                delivery.add(events.unregistered(pid));
                                            }
                                        }))
                        .toList();
        for (Thread thread : adding) {
            assertThat(thread.join(Settings.LONG)).isTrue();
        }

        await(done);
        delivery.close();
        assertThat(overlaps).hasValue(0);
        assertThat(taken).hasSize(pids);
        assertThat(taken.values())
                .allSatisfy(ofPid ->
                        assertThat(ofPid).hasSize(perPid).extracting(Event::sequence).isSorted());
        fixture.expectCounts(pids * perPid, 0, 0, 0);
    }

    private static void awaitAll(CyclicBarrier barrier) {
        try {
            int _ = barrier.await(60, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
