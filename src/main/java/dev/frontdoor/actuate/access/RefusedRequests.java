package dev.frontdoor.actuate.access;

import dev.frontdoor.invocation.Labeled;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** Counts each refused request of an operator once, by its reason. */
public final class RefusedRequests {

    private final Map<Reason, Counter> counters = new EnumMap<>(Reason.class);

    RefusedRequests(MeterRegistry meters) {
        for (Reason reason : Reason.values()) {
            counters.put(
                    reason,
                    Counter.builder("frontdoor.management.requests.refused")
                            .description("Requests of operators that were refused")
                            .tag("reason", reason.label())
                            .register(meters));
        }
    }

    /** Counts a request. */
    public void count(Reason reason) {
        Objects.requireNonNull(counters.get(reason)).increment();
    }

    /** Why a request is refused. */
    public enum Reason implements Labeled {
        /** Too many others wait. */
        BUSY,
        /** It names an unknown host. */
        HOST,
        /** A page of another site wants to change something. */
        SITE,
        /** It has no credentials, and needs some. */
        MISSING,
        /** Its credentials are not accepted. */
        WRONG,
        /** Its credentials have expired. */
        EXPIRED,
        /** Its credentials cannot be checked now. */
        UNAVAILABLE,
        /** Its operator lacks the role. */
        ROLE
    }
}
