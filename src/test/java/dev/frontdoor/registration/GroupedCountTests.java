package dev.frontdoor.registration;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;

import dev.frontdoor.actuate.query.GroupCounts;
import dev.frontdoor.actuate.query.Grouping;
import dev.frontdoor.event.EventLog;
import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.test.Registrations;

import io.micrometer.core.instrument.Clock;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.List;

/** What a count of a large table costs. */
class GroupedCountTests {

    private static final int ROWS = 15_000;

    /** Bytes for the groups, and for what a count needs once. */
    private static final long ONCE = 64 * 1024;

    private final LiveTable table = new LiveTable(new EventLog(1, 1 << 16, Clock.SYSTEM));
    private final RegistrationFixture fixture = new RegistrationFixture();

    @BeforeEach
    void fill() {
        fixture.close();
        for (int pid = 1; pid <= ROWS; pid++) {
            WorkerRegistration registration =
                    Registrations.of("worker-" + pid)
                            .namespaces("ns-" + pid % 7, "all")
                            .taskQueue("queue-" + pid % 50)
                            .node("host-" + pid % 20)
                            .build();
            table.put(
                    LiveWorker.of(
                            new LinkedWorker(pid, fixture),
                            registration,
                            List.of("notifier"),
                            Instant.EPOCH.plusSeconds(pid),
                            pid));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"namespace", "taskQueue", "node", "userAgent", "label:zone"})
    void rowCostsNoMemory(String groupBy) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long allocated = Long.MAX_VALUE;
        for (int i = 0; i < 20; i++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            GroupCounts<LiveWorker> counts = new GroupCounts<>(Grouping.ofWorkers(groupBy));
            table.newestFirst().forEach(counts::add);
            allocated = Math.min(allocated, threads.getCurrentThreadAllocatedBytes() - before);
            assertThat(counts.rows()).isEqualTo(ROWS);
        }

        assertThat(allocated).isLessThan(ONCE);
    }
}
