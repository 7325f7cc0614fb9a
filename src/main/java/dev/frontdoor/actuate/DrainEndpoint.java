package dev.frontdoor.actuate;

import dev.frontdoor.connection.Drain;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

import java.time.Instant;
import java.util.Locale;

/** Sending all workers elsewhere: how far that is, and its begin. */
@Endpoint(id = "drain")
public final class DrainEndpoint {

    private final Drain drain;

    DrainEndpoint(Drain drain) {
        this.drain = drain;
    }

    /** How far it is. */
    @ReadOperation
    public DrainDescriptor status() {
        return DrainDescriptor.of(drain.status());
    }

    /** Begins it, unless that has happened, and answers at once. There is no way back. */
    @WriteOperation
    public DrainDescriptor begin() {
        drain.begin();
        return status();
    }

    /**
     * How far a drain is.
     *
     * @param state open, draining or drained
     * @param remaining connections that are open
     * @param deadline when the last is closed; null while the door is open
     */
    public record DrainDescriptor(String state, int remaining, @Nullable Instant deadline) {

        private static DrainDescriptor of(Drain.Status status) {
            return new DrainDescriptor(
                    status.state().name().toLowerCase(Locale.ROOT),
                    status.remaining(),
                    status.deadline());
        }
    }
}
