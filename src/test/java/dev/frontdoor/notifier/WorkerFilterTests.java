package dev.frontdoor.notifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.frontdoor.test.Registrations;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.List;
import java.util.Map;

class WorkerFilterTests {

    private static final ConnectedWorker WORKER =
            worker("acme/1.2", Map.of("zone", "eu1", "arch", "arm"));

    @Test
    void everyLabelOfTheFilterMustMatch() {
        WorkerFilter zone = WorkerFilter.ALL.withLabel("zone", "eu1");
        assertThat(zone.matches(WORKER)).isTrue();
        assertThat(zone.withLabel("arch", "a*").matches(WORKER)).isTrue();
        assertThat(zone.withLabel("arch", "x86").matches(WORKER)).isFalse();
        assertThat(zone.withLabel("tier", "*").matches(WORKER)).isFalse();
        assertThat(WorkerFilter.ALL.withLabel("zone", "eu").matches(WORKER)).isFalse();
    }

    @Test
    void userAgentIsAGlob() {
        assertThat(WorkerFilter.ALL.withUserAgent("acme/*").matches(WORKER)).isTrue();
        assertThat(WorkerFilter.ALL.withUserAgent("acme/?.2").matches(WORKER)).isTrue();
        assertThat(WorkerFilter.ALL.withUserAgent("acme").matches(WORKER)).isFalse();
        assertThat(WorkerFilter.ALL.withUserAgent("*").matches(worker(null, Map.of()))).isFalse();
    }

    @Test
    void connectionAndRegistrationMustBothMatch() {
        WorkerFilter filter = WorkerFilter.identity("worker").withLabel("zone", "eu1");
        assertThat(filter.matches(WORKER)).isTrue();
        assertThat(WorkerFilter.identity("other").withLabel("zone", "eu1").matches(WORKER))
                .isFalse();
        assertThat(WorkerFilter.ALL.matches(worker(null, Map.of()))).isTrue();
    }

    @Test
    void longRunBetweenStarsIsRefused() {
        String longest = "a".repeat(64);
        assertThat(WorkerFilter.identity("*" + longest + "*").identity()).endsWith("a*");
        assertThat(WorkerFilter.identity("b".repeat(900) + "*").identity()).endsWith("b*");
        assertThatThrownBy(() -> WorkerFilter.activityType("x*" + longest + "a*y"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a filter must have at most 64 characters between two *, has 65");
        assertThatThrownBy(() -> WorkerFilter.ALL.withLabel("zone", "*" + longest + "a*"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static ConnectedWorker worker(@Nullable String userAgent, Map<String, String> labels) {
        return new ConnectedWorker(
                1,
                Registrations.of("worker").build(),
                List.of(),
                "there:1",
                Instant.EPOCH,
                Instant.EPOCH,
                0,
                userAgent,
                labels);
    }
}
