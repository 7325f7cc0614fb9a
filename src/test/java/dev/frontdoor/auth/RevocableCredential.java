package dev.frontdoor.auth;

/** A credential that a test of another package revokes. */
public final class RevocableCredential {

    private final Credential credential = new Credential();

    public Credential credential() {
        return credential;
    }

    public void revoke() {
        credential.revoke();
    }
}
