package dev.frontdoor.registration;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

/** What notifiers were told, and other events a test wants to see in order, each as it began. */
final class History {

    private final List<String> events = new ArrayList<>();

    synchronized void add(String event) {
        events.add(event);
    }

    synchronized List<String> events() {
        return List.copyOf(events);
    }

    /** Forgets what was needed to come to the situation under test. */
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
