package dev.frontdoor.registration;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

/** Calls of notifiers and other events, in the order in which they began. */
final class History {

    private final List<String> events = new ArrayList<>();

    synchronized void add(String event) {
        events.add(event);
    }

    synchronized List<String> events() {
        return List.copyOf(events);
    }

    /** Clears the events of a test's preparation. */
    synchronized void forget() {
        events.clear();
    }

    void awaitExactly(String... expected) {
        RegistrationFixture.eventually()
                .untilAsserted(() -> assertThat(events()).containsExactly(expected));
    }

    void awaitEvent(String expected) {
        RegistrationFixture.eventually()
                .untilAsserted(() -> assertThat(events()).contains(expected));
    }
}
