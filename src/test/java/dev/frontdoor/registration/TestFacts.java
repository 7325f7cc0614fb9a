package dev.frontdoor.registration;

import dev.frontdoor.notifier.TransportKind;

import io.micrometer.core.instrument.Clock;

import java.time.Instant;
import java.util.Map;

/** Facts of connections that have no socket. */
public final class TestFacts {

    private TestFacts() {}

    /** A connection that declares nothing. */
    public static LiveFacts of(long pid) {
        return of(pid, Clock.SYSTEM);
    }

    /** A connection that declares nothing, by that clock. */
    public static LiveFacts of(long pid, Clock clock) {
        return new LiveFacts(
                new ConnectionOrigin(
                        "here/1",
                        pid,
                        TransportKind.WEBSOCKET,
                        "10.1.2.3:" + pid,
                        Instant.EPOCH,
                        null),
                Map.of(),
                clock);
    }
}
