package dev.frontdoor.auth;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotEmpty;
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
 * Who may use the management port. {@link TokenSettings} reads the tokens, which have two forms.
 *
 * @param view who has the role view
 * @param operate who has the role operate
 * @param tokenFileInterval the time between two reads of the files of tokens; a change counts once
 *     two reads have found it
 * @param certificateName where a client certificate has the name of its operator
 */
@Validated
@ConfigurationProperties("frontdoor.management.auth")
record OperatorAuthProperties(
        @DefaultValue @Valid Holders view,
        @DefaultValue @Valid Holders operate,
        @DefaultValue("4s")
                @DurationMin(millis = 10, message = FROM_10MS_TO_4S)
                @DurationMax(seconds = 4, message = FROM_10MS_TO_4S)
                Duration tokenFileInterval,
        @DefaultValue("none") CertificateName certificateName) {

    private static final String FROM_10MS_TO_4S = "must be from 10ms to 4s";

    /**
     * Who has a role.
     *
     * @param tokenFiles files that hold one token each, and directories of such files; the name of
     *     a file is that of the token
     * @param certificates globs for the names in client certificates
     */
    record Holders(
            @DefaultValue @Size(max = 100) List<Path> tokenFiles,
            @DefaultValue @Size(max = 1000)
                    List<@NotEmpty(message = "must not be empty") String> certificates) {

        /** Copies the lists. */
        Holders {
            tokenFiles = List.copyOf(tokenFiles);
            certificates = List.copyOf(certificates);
        }
    }
}
