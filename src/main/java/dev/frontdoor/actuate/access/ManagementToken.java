package dev.frontdoor.actuate.access;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

import java.nio.file.Path;

/**
 * A token of operators.
 *
 * @param name who sends it, as the log names them; several tokens may have one name
 * @param token the token itself; null if it is in a file
 * @param tokenFile a file that contains the token, and may end with a line break
 * @param role what it allows
 */
@OneToken
record ManagementToken(
        @DefaultValue("")
                @Pattern(
                        regexp = "(?!(anonymous|loopback)$)[\\w.@-]{1,64}",
                        message =
                                "must be 1 to 64 letters, digits or characters of _.@-, and neither"
                                        + " anonymous nor loopback")
                String name,
        @Nullable Token token,
        @Nullable Path tokenFile,
        @NotNull(message = "must be view or operate") Role role) {

    /** What a token allows. */
    enum Role {
        /** To read. */
        VIEW,
        /** To read and to change. */
        OPERATE
    }
}
