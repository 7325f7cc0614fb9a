package dev.frontdoor.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.logging.RepeatedLines;
import dev.frontdoor.logging.RepeatedLines.Kind;
import dev.frontdoor.test.server.LogLines;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import java.time.Duration;

/** What the log has of events that are lost, one for each worker that comes and goes. */
class EventLinesTests {

    private static final int EVENTS = 1000;
    private static final int MAX_LINES = Kind.FAULT.maxLines();

    @AutoClose private final LogLines lines = new LogLines(EventDelivery.class);
    @AutoClose private final LogLines summaries = new LogLines(RepeatedLines.class);
    private final DeliveryFixture fixture = new DeliveryFixture();

    @Test
    void droppedEventsAreSummarized() {
        EventDelivery delivery = fixture.delivery(1, 1_000_000);
        fixture.failAlways();
        for (int pid = 0; pid <= EVENTS; pid++) {
            delivery.add(fixture.events.unregistered(pid));
        }
        assertThat(lines.at("WARN"))
                .hasSize(MAX_LINES)
                .allMatch(line -> line.contains("dropped: the queue is full or closed"));

        fixture.pass(RepeatedLines.INTERVAL);

        assertThat(summaries.at("WARN"))
                .containsExactly("990 more dropped events of the webhook within 10 s");
    }

    @Test
    void eventsThatAreGivenUpAreSummarized() {
        EventDelivery delivery = fixture.delivery(EVENTS, 1);
        fixture.failAlways();
        for (int pid = 0; pid < EVENTS; pid++) {
            delivery.add(fixture.events.unregistered(pid));
        }
        assertThat(lines.at("WARN"))
                .hasSize(MAX_LINES)
                .allMatch(line -> line.contains("given up after attempt 1"));

        fixture.pass(RepeatedLines.INTERVAL.plus(Duration.ofSeconds(1)));

        assertThat(summaries.at("WARN"))
                .containsExactly("990 more abandoned events of the webhook within 10 s");
    }
}
