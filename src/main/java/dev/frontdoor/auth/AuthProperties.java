package dev.frontdoor.auth;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Size;

import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Who may connect, and how it is checked. {@link TokenSettings} reads the tokens, which have two
 * forms.
 *
 * @param tokenFiles files that hold one token each, and directories of such files; the name of a
 *     file is that of the token
 * @param tokenFileInterval the time between two reads of these files; a change counts once two
 *     reads have found it
 * @param timeout the time for a check of a JWT, or by an authenticator
 * @param maxConcurrentChecks how many of these checks run at once
 * @param maxWaitingChecks how many may wait for a thread; further ones cannot be made
 * @param revocationWindow the time in which the connections of a revoked token are closed, spread
 *     evenly
 * @param identityFromPrincipal whether the identity of a registration must be the principal's name
 */
@Validated
@ConfigurationProperties("frontdoor.auth")
public record AuthProperties(
        @DefaultValue @Size(max = 100) List<Path> tokenFiles,
        @DefaultValue("4s")
                @DurationMin(millis = 10, message = FROM_10MS_TO_4S)
                @DurationMax(seconds = 4, message = FROM_10MS_TO_4S)
                Duration tokenFileInterval,
        @DefaultValue("2s") @DurationMin(nanos = 1, message = "must be more than 0")
                Duration timeout,
        @DefaultValue("64")
                @Min(value = 1, message = FROM_1_TO_1000)
                @Max(value = 1000, message = FROM_1_TO_1000)
                int maxConcurrentChecks,
        @DefaultValue("1000")
                @Min(value = 1, message = FROM_1_TO_100000)
                @Max(value = 100_000, message = FROM_1_TO_100000)
                int maxWaitingChecks,
        @DefaultValue("10s")
                @DurationMin(message = FROM_0_TO_1H)
                @DurationMax(hours = 1, message = FROM_0_TO_1H)
                Duration revocationWindow,
        @DefaultValue("false") boolean identityFromPrincipal) {

    private static final String FROM_10MS_TO_4S = "must be from 10ms to 4s";
    private static final String FROM_0_TO_1H = "must be from 0 to 1h";
    private static final String FROM_1_TO_1000 = "must be from 1 to 1000";
    private static final String FROM_1_TO_100000 = "must be from 1 to 100000";

    /** Copies the list. */
    public AuthProperties {
        tokenFiles = List.copyOf(tokenFiles);
    }
}
