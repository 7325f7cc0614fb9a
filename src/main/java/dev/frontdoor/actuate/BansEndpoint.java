package dev.frontdoor.actuate;

import dev.frontdoor.actuate.access.CurrentOperator;
import dev.frontdoor.notifier.Ban;
import dev.frontdoor.notifier.DisplayText;
import dev.frontdoor.registration.Bans;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;

import reactor.core.publisher.Mono;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Lists the identities that are rejected, and changes them. */
@WebEndpoint(id = "bans")
public final class BansEndpoint {

    private static final String DEFAULT_REASON = "by an operator";

    private final Bans bans;

    BansEndpoint(Bans bans) {
        this.bans = bans;
    }

    /** Returns the bans that are in force. */
    @ReadOperation
    public BansDescriptor bans() {
        return new BansDescriptor(bans.inForce().stream().map(BanDescriptor::of).toList());
    }

    /**
     * Bans an identity, or replaces its ban. The status is 409 if too many are banned.
     *
     * @param identity compared exactly
     * @param duration how long it is rejected, more than 0 and at most 365 days
     * @param reason the worker receives it; null means a default text
     * @param disconnect {@code true} to close the connections of this identity with 4500 too;
     *     {@code false}, which null means too, to leave them
     */
    @WriteOperation
    public Mono<BanDescriptor> ban(
            String identity,
            String duration,
            @Nullable String reason,
            @Nullable String disconnect) {
        Duration time = ParameterValues.duration("duration", duration);
        String why = reason == null ? DEFAULT_REASON : reason;
        boolean closes =
                ParameterValues.oneOf("disconnect", disconnect, List.of("false", "true"))
                        .equals("true");
        return CurrentOperator.call(operator ->
                BanDescriptor.of(
                        ParameterValues.change(
                                () -> bans.ban(identity, time, why, closes, operator))));
    }

    /** Ends a ban. The status is 204, or 404 if the identity is not banned. */
    @DeleteOperation
    public Mono<Void> unban(String identity) {
        return CurrentOperator.call(operator -> bans.unban(identity, operator))
                .filter(Boolean::booleanValue)
                .switchIfEmpty(
                        Mono.error(() ->
                                new ResponseStatusException(
                                        HttpStatus.NOT_FOUND,
                                        "'%s' is not banned".formatted(DisplayText.of(identity)))))
                .then();
    }

    /**
     * The bans that are in force.
     *
     * @param bans the latest first
     */
    public record BansDescriptor(List<BanDescriptor> bans) {}

    /**
     * One ban.
     *
     * @param identity the identity, truncated and escaped
     * @param reason why it is banned
     * @param since when the ban began
     * @param until when it ends
     * @param instance the name of the process on which it was made
     */
    public record BanDescriptor(
            String identity, String reason, Instant since, Instant until, String instance) {

        private static BanDescriptor of(Ban ban) {
            return new BanDescriptor(
                    DisplayText.of(ban.identity()),
                    ban.reason(),
                    ban.since(),
                    ban.until(),
                    ban.instance());
        }
    }
}
