package dev.frontdoor.actuate;

import dev.frontdoor.connection.Drain;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

import java.time.Instant;

/** Starts a drain, which closes all connections, and reports its progress. */
@Endpoint(id = "drain")
public final class DrainEndpoint {

    private final Drain drain;

    DrainEndpoint(Drain drain) {
        this.drain = drain;
    }

    /** Reports the progress of the drain. */
    @ReadOperation
    public DrainDescriptor status() {
        return DrainDescriptor.of(drain.status());
    }

    /**
     * Starts the drain and returns at once. Further calls have no effect. A drain cannot be
     * cancelled.
     */
    @WriteOperation
    public DrainDescriptor begin() {
        drain.begin();
        return status();
    }

    /**
     * The progress of a drain.
     *
     * @param state {@code starting}, {@code open}, {@code draining} or {@code drained}
     * @param remaining number of open connections
     * @param deadline when the remaining connections are closed; null before the drain
     */
    public record DrainDescriptor(String state, int remaining, @Nullable Instant deadline) {

        private static DrainDescriptor of(Drain.Status status) {
            return new DrainDescriptor(
                    status.state().label(), status.remaining(), status.deadline());
        }
    }
}
