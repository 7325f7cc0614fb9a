package dev.frontdoor.notifier;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * What is known of a connection at the moment of the query. Immutable. The components are read one
 * after the other, so they may be a few frames apart.
 *
 * <p>What the worker declares ({@code userAgent} and its labels) is neither verified nor escaped:
 * see {@link DisplayText}.
 *
 * @param instance the running process, as {@code <place>/<start>}; pids are unique within it
 * @param pid the number of the connection
 * @param transport what carries the connection
 * @param remoteAddress where the worker connected from, as {@code host:port} or {@code host}
 * @param connectedAt when the connection was opened
 * @param principal who the worker has proved to be; the principal of the first of a list of {@code
 *     frontdoor.auth.tokens} is {@code token-1}. Null if it has proved nothing
 * @param userAgent what the worker is, by {@code User-Agent} of its upgrade, cut after 256
 *     characters; null if it does not say, as over plain TCP
 * @param labels the labels that the worker declared at its upgrade, and those of {@link
 *     Workers#annotate}, by name
 * @param lastActivity when bytes last arrived from the worker; the time of the connection before
 *     the first
 * @param roundTrip from the last WebSocket ping to its pong. The service pings a worker only after
 *     a silence; null before the first pong, and always over plain TCP
 * @param received what has arrived from the worker
 * @param sent what has been sent to the worker
 * @param pushes how many pushes to the worker have ended, by outcome: {@code replied}, {@code
 *     refused}, {@code expired}, {@code disconnected}, {@code cancelled}, {@code rejected} and
 *     {@code not_admitted}, as in the meter {@code frontdoor.pushes}. An outcome that has not
 *     occurred is absent
 * @param departure how the connection ended; null while it is open
 */
public record ConnectionFacts(
        String instance,
        long pid,
        TransportKind transport,
        String remoteAddress,
        Instant connectedAt,
        @Nullable Principal principal,
        @Nullable String userAgent,
        Map<String, String> labels,
        Instant lastActivity,
        @Nullable Duration roundTrip,
        Traffic received,
        Traffic sent,
        Map<String, Long> pushes,
        @Nullable Departure departure) {

    /** Copies the maps. */
    public ConnectionFacts {
        labels = Map.copyOf(labels);
        pushes = Map.copyOf(pushes);
    }
}
