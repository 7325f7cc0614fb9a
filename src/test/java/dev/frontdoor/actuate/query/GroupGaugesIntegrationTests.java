package dev.frontdoor.actuate.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.test.Registrations;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.OpenServerTest;
import dev.frontdoor.test.server.ServerUnderTest;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.TestPropertySource;

import java.util.ArrayList;
import java.util.List;

/** Gauges by group, of which there are few whatever workers declare. */
@OpenServerTest
@TestPropertySource(
        properties = {
            "frontdoor.group-gauges.by=taskQueue,label:zone",
            "frontdoor.group-gauges.max-groups=3"
        })
class GroupGaugesIntegrationTests {

    private final ServerUnderTest server;
    private final GroupGauges gauges;
    private final List<TestWorker> workers = new ArrayList<>();

    GroupGaugesIntegrationTests(ServerUnderTest server, GroupGauges gauges) {
        this.server = server;
        this.gauges = gauges;
    }

    @AfterEach
    void nobodyIsLeft() {
        workers.forEach(TestWorker::close);
        server.expectNobody();
    }

    @Test
    void largestGroupsKeepTheirGaugesAndTheRestIsOne() throws Exception {
        register(3, "large");
        register(2, "middle");
        register(1, "small\u202e" + "x".repeat(200));
        register(1, "");
        ServerUnderTest.eventually(() -> {
            refresh();
            assertThat(value("taskQueue", "large")).isEqualTo(3);
        });
        assertThat(value("taskQueue", "middle")).isEqualTo(2);
        assertThat(value("taskQueue", GroupGauges.REST)).isOne();
        assertThat(server.sum(GroupGauges.METER, "by", "taskQueue")).isEqualTo(7);
        assertThat(value("label:zone", GroupGauges.NONE)).isEqualTo(7);

        register(9, "newcomer");
        ServerUnderTest.eventually(() -> {
            refresh();
            assertThat(value("taskQueue", GroupGauges.REST)).isEqualTo(10);
        });
        workers.forEach(TestWorker::close);
        server.expectNobody();
        refresh();
        assertThat(server.sum(GroupGauges.METER)).isZero();
        assertThat(server.ask("/actuator/prometheus").body())
                .contains("frontdoor_group_workers{by=\"taskQueue\",group=\"large\"} 0.0")
                .doesNotContain("newcomer");
    }

    private void refresh() {
        synchronized (gauges) {
            gauges.refresh();
        }
    }

    private double value(String by, String group) {
        return server.sum(GroupGauges.METER, "by", by, "group", group);
    }

    private void register(int count, String taskQueue) throws Exception {
        for (int i = 0; i < count; i++) {
            TestWorker worker = server.connect();
            workers.add(worker);
            worker.register(Registrations.of(server.newIdentity()).taskQueue(taskQueue).build());
        }
    }
}
