package dev.frontdoor.actuate;

import dev.frontdoor.connection.Departure;
import dev.frontdoor.connection.Departures;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The connections that ended last, and why. */
@Endpoint(id = "departures")
public final class DeparturesEndpoint {

    private final Departures departures;

    DeparturesEndpoint(Departures departures) {
        this.departures = departures;
    }

    /**
     * Those that ended last, the last first.
     *
     * @param code only those with this close code
     * @param identity only those of this identity
     * @param limit how many at most, 1 to 1000, 100 if not given
     */
    @ReadOperation
    public DeparturesDescriptor departures(
            @Nullable String code, @Nullable String identity, @Nullable String limit) {
        Long onlyCode = code == null ? null : Parameter.number("code", code, 1000, 4999);
        return new DeparturesDescriptor(
                departures.newestFirst().stream()
                        .filter(gone -> onlyCode == null || onlyCode == gone.end().code())
                        .filter(gone -> identity == null || identity.equals(gone.identity()))
                        .limit(Parameter.limit(limit))
                        .map(DepartureDescriptor::of)
                        .toList());
    }

    /**
     * Connections that ended.
     *
     * @param departures the last to end first
     */
    public record DeparturesDescriptor(List<DepartureDescriptor> departures) {}

    /**
     * A connection that ended.
     *
     * @param identity what its worker was registered as; null if it never was
     * @param registeredFor how long its last registration was in force; null if it had none
     * @param by worker, service, operator or network
     */
    public record DepartureDescriptor(
            long pid,
            @Nullable String identity,
            String remoteAddress,
            Instant connectedAt,
            @Nullable Instant registeredAt,
            @Nullable Duration registeredFor,
            Instant endedAt,
            int code,
            String by,
            String reason) {

        private static DepartureDescriptor of(Departure gone) {
            Instant registeredAt = gone.registeredAt();
            return new DepartureDescriptor(
                    gone.pid(),
                    gone.identity(),
                    gone.remoteAddress(),
                    gone.connectedAt(),
                    registeredAt,
                    registeredAt == null ? null : Duration.between(registeredAt, gone.endedAt()),
                    gone.endedAt(),
                    gone.end().code(),
                    gone.end().initiator().label(),
                    gone.end().reason());
        }
    }
}
