package dev.frontdoor.actuate;

import dev.frontdoor.connection.DepartedWorker;
import dev.frontdoor.connection.Departures;
import dev.frontdoor.notifier.ConnectionFacts;
import dev.frontdoor.notifier.Departure;
import dev.frontdoor.notifier.DisplayText;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;

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
                        .filter(departed ->
                                onlyCode == null || onlyCode == departed.departure().code())
                        .filter(departed -> shown == null || shown.equals(departed.identity()))
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
     * @param principal who the worker had proved to be; null if it had proved nothing
     * @param userAgent what the worker was, by its own account, truncated; null if it did not say
     * @param labels its labels, by name; the values truncated
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
            @Nullable String principal,
            @Nullable String userAgent,
            SortedMap<String, String> labels,
            Instant connectedAt,
            @Nullable Instant registeredAt,
            @Nullable Duration registeredFor,
            Instant endedAt,
            int code,
            String by,
            String reason) {

        private static DepartureDescriptor of(DepartedWorker departed) {
            ConnectionFacts connection = departed.connection();
            Departure departure = departed.departure();
            String userAgent = connection.userAgent();
            return new DepartureDescriptor(
                    departed.pid(),
                    departed.identity(),
                    connection.remoteAddress(),
                    connection.transport().label(),
                    RegistrationDescriptor.nameOf(connection.principal()),
                    userAgent == null ? null : DisplayText.truncate(userAgent),
                    RegistrationDescriptor.truncate(connection.labels()),
                    connection.connectedAt(),
                    departed.registeredAt(),
                    departed.registeredFor(),
                    departure.endedAt(),
                    departure.code(),
                    departure.initiator().label(),
                    departure.reason());
        }
    }
}
