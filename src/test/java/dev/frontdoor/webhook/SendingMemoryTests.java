package dev.frontdoor.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.test.Registrations;

import io.micrometer.core.instrument.Clock;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Optional;

/** The heap for events that are being sent, and how large an event can be. */
class SendingMemoryTests {

    private static final Duration AT_ONCE = Duration.ZERO;

    private final EventFactory events =
            new EventFactory("/test", Clock.SYSTEM, _ -> Optional.empty());

    @Test
    void eventWaitsUntilThereIsRoom() throws Exception {
        SendingMemory memory = new SendingMemory(1_000_000);
        Event first = event("x".repeat(150_000));
        Event second = event("x".repeat(150_000));

        assertThat(memory.acquire(first, AT_ONCE)).isTrue();
        assertThat(memory.acquire(second, AT_ONCE)).isFalse();
        assertThat(memory.acquire(events.unregistered(1), AT_ONCE)).isTrue();
        memory.release(first);
        assertThat(memory.acquire(second, AT_ONCE)).isTrue();
    }

    @Test
    void eventThatIsLargerThanTheRoomIsSentAlone() throws Exception {
        SendingMemory memory = new SendingMemory(1);
        Event large = event("x".repeat(150_000));

        assertThat(memory.acquire(large, AT_ONCE)).isTrue();
        assertThat(memory.acquire(events.unregistered(1), AT_ONCE)).isFalse();
        memory.release(large);
        assertThat(memory.acquire(events.unregistered(1), AT_ONCE)).isTrue();
    }

    @Test
    void jsonIsNeverLargerThanWasEstimated() {
        for (String text :
                new String[] {
                    "", "x", "\"", "\\", "\n", "\u0000", "\u001b", "\u007f", "é", "\u202e", "日",
                    "😀"
                }) {
            for (int length : new int[] {0, 1, 1000}) {
                String long1 = text.repeat(length);
                WorkerRegistration registration =
                        Registrations.of(long1)
                                .namespaces(long1, long1)
                                .taskQueue(long1)
                                .node(long1)
                                .activityTypes(long1, text)
                                .activity(long1, long1, long1)
                                .build();
                Event event = events.registered(Long.MAX_VALUE, registration);
                assertThat((long) event.json().length).isLessThanOrEqualTo(event.maxSize());
            }
        }
        Event end = events.unregistered(Long.MAX_VALUE);
        assertThat((long) end.json().length).isLessThanOrEqualTo(end.maxSize());
    }

    private Event event(String schema) {
        return events.registered(1, Registrations.of("one").activity("a", schema, "{}").build());
    }
}
