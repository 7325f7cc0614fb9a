package dev.frontdoor.auth;

/**
 * Credentials that were accepted, as those see them who rely on that: they may be revoked. Used by
 * any thread.
 */
public final class Credential {

    /** Credentials that nobody revokes. */
    public static final Credential IRREVOCABLE = new Credential();

    private volatile boolean revoked;

    Credential() {}

    /** Whether they must not be relied on any longer. */
    public boolean isRevoked() {
        return revoked;
    }

    void revoke() {
        revoked = true;
    }
}
