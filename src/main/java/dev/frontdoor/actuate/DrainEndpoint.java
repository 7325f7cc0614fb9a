package dev.frontdoor.actuate;

import dev.frontdoor.actuate.access.CurrentOperator;
import dev.frontdoor.connection.drain.Drain;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;

import reactor.core.publisher.Mono;

import java.time.Instant;

/** Starts a drain, which closes all connections, cancels it, and reports its progress. */
@WebEndpoint(id = "drain")
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

    /** Starts the drain and returns at once. Further calls have no effect. */
    @WriteOperation
    public Mono<DrainDescriptor> begin() {
        return CurrentOperator.call(operator -> {
            drain.begin(operator);
            return status();
        });
    }

    /**
     * Cancels the drain and returns at once. Without a drain it has no effect. The status is 409 if
     * the service is stopping.
     */
    @DeleteOperation
    public Mono<DrainDescriptor> cancel() {
        return CurrentOperator.call(operator -> {
            if (!drain.cancel(operator)) {
                throw new ResponseStatusException(
                        HttpStatus.CONFLICT, "the service is stopping, so its drain continues");
            }
            return status();
        });
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
