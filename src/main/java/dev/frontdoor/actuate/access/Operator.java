package dev.frontdoor.actuate.access;

import dev.frontdoor.auth.AuthenticationResult.Accepted;
import dev.frontdoor.auth.Credential;
import dev.frontdoor.auth.role.OperatorRole;
import dev.frontdoor.notifier.DisplayText;
import dev.frontdoor.notifier.Principal;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Who sends a request.
 *
 * @param name as logs and events name them, truncated and escaped
 * @param proof how they have proved it: {@code token}, {@code jwt}, {@code certificate}, {@code
 *     loopback} or {@code none}
 * @param role what they may do; null if they have no role
 * @param expiresAt when the proof expires; null for never
 * @param credential tells whether the proof was revoked
 */
public record Operator(
        String name,
        String proof,
        @Nullable OperatorRole role,
        @Nullable Instant expiresAt,
        Credential credential) {

    /** Whoever has shown no credentials. */
    static final Operator ANONYMOUS = withoutCredentials("anonymous", "none", null);

    /** Whoever is on this machine. */
    static final Operator LOOPBACK =
            withoutCredentials("loopback", "loopback", OperatorRole.OPERATE);

    private static final Set<String> RESERVED = Set.of(ANONYMOUS.name, LOOPBACK.name);

    private static Operator withoutCredentials(
            String name, String proof, @Nullable OperatorRole role) {
        return new Operator(name, proof, role, null, Credential.IRREVOCABLE);
    }

    /** The operator who has shown these credentials. */
    static Operator of(Accepted accepted) {
        Principal principal = accepted.principal();
        return new Operator(
                DisplayText.of(principal.name()),
                principal.kind().name().toLowerCase(Locale.ROOT),
                OperatorRole.of(principal),
                principal.expiresAt(),
                accepted.credential());
    }

    /** Whether nobody with credentials may have this name, since the log would mislead. */
    static boolean isReserved(String name) {
        return RESERVED.contains(name);
    }

    /** Whether they have a role, or one that includes it. */
    public boolean has(OperatorRole needed) {
        return role != null && role.includes(needed);
    }

    /** All roles that they have. */
    public List<String> roles() {
        return Arrays.stream(OperatorRole.values())
                .filter(this::has)
                .map(OperatorRole::label)
                .toList();
    }

    /**
     * Why what they have shown does not count any longer; null while it does.
     *
     * @param now the date in milliseconds since 1970
     */
    public @Nullable String lapse(long now) {
        if (credential.isRevoked()) {
            return "the token was revoked";
        }
        return expiresAt != null && expiresAt.toEpochMilli() <= now
                ? "the credentials have expired"
                : null;
    }

    /** The phrase by which logs, events and responses name them. */
    public String phrase() {
        return "operator '" + name + "'";
    }
}
