package dev.frontdoor.auth;

import dev.frontdoor.auth.AuthenticationResult.Accepted;
import dev.frontdoor.notifier.Grants;
import dev.frontdoor.notifier.Principal;
import dev.frontdoor.protocol.Bytes;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Map;

/**
 * A token and the name of whoever has it. Keeps its digest only, so that nothing shows the token.
 *
 * @param name the principal
 * @param digest of the token
 */
record NamedToken(String name, Bytes digest) {

    /** A token, which must be {@link TokenText#fault usable}. */
    static NamedToken of(String name, String token) {
        return new NamedToken(name, Bytes.copyOf(digest(token)));
    }

    static byte[] digest(String token) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /**
     * The result for whoever has it, while it is in force.
     *
     * @param attributes of the principal
     */
    Accepted accepted(Map<String, String> attributes) {
        return new Accepted(
                new Principal(name, Principal.Kind.TOKEN, Grants.ALL, attributes, null),
                new Credential());
    }

    /** Shows the name only. */
    @Override
    public String toString() {
        return "NamedToken[" + name + "]";
    }
}
