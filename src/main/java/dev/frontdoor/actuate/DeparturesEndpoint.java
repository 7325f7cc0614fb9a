package dev.frontdoor.actuate;

import dev.frontdoor.connection.Departure;
import dev.frontdoor.connection.Departures;
import dev.frontdoor.notifier.DisplayText;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The latest departures: which connections have ended, and why. */
@Endpoint(id = "departures")
public final class DeparturesEndpoint {

    private final Departures departures;

    DeparturesEndpoint(Departures departures) {
        this.departures = departures;
    }

    /**
     * The latest departures, newest first.
     *
     * @param code selects a close code, 1000 to 4999; null selects all
     * @param identity selects an identity, by its first 200 characters; null selects all
     * @param limit maximum number of departures, 1 to 1000; null means 100
     */
    @ReadOperation
    public DeparturesDescriptor departures(
            @Nullable String code, @Nullable String identity, @Nullable String limit) {
        Long onlyCode = code == null ? null : ParameterValues.number("code", code, 1000, 4999);
        String shown = identity == null ? null : DisplayText.of(identity);
        return new DeparturesDescriptor(
                departures.newestFirst().stream()
                        .filter(departure -> onlyCode == null || onlyCode == departure.end().code())
                        .filter(departure -> shown == null || shown.equals(departure.identity()))
                        .limit(ParameterValues.limit(limit))
                        .map(DepartureDescriptor::of)
                        .toList());
    }

    /**
     * The selected departures.
     *
     * @param departures newest first
     */
    public record DeparturesDescriptor(List<DepartureDescriptor> departures) {}

    /**
     * One departure.
     *
     * @param identity the identity that the worker registered with or, if it was never accepted,
     *     declared last, truncated and escaped; null if it declared none
     * @param transport what carried the connection: {@code websocket} or {@code tcp}
     * @param registeredAt when its last registration was accepted; null if it was never registered
     * @param registeredFor how long it was in force; null if it was never registered
     * @param code the close code; 1005 if a worker's close had none, 1006 if the connection broke
     *     without a close
     * @param by who ended the connection: {@code worker}, {@code service}, {@code operator} or
     *     {@code network}
     * @param reason why the connection ended, as a text
     */
    public record DepartureDescriptor(
            long pid,
            @Nullable String identity,
            String remoteAddress,
            String transport,
            Instant connectedAt,
            @Nullable Instant registeredAt,
            @Nullable Duration registeredFor,
            Instant endedAt,
            int code,
            String by,
            String reason) {

        private static DepartureDescriptor of(Departure departure) {
            return new DepartureDescriptor(
                    departure.pid(),
                    departure.identity(),
                    departure.remoteAddress(),
                    departure.transport(),
                    departure.connectedAt(),
                    departure.registeredAt(),
                    departure.registeredFor(),
                    departure.endedAt(),
                    departure.end().code(),
                    departure.end().initiator().label(),
                    departure.end().reason());
        }
    }
}
