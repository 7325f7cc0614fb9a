package dev.frontdoor.connection;

import dev.frontdoor.protocol.Bytes;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/**
 * The shared tokens, one of which a worker needs. All digests are compared in full, so that the
 * time taken reveals nothing about a token.
 */
final class SharedTokens {

    private final List<byte[]> digests;

    SharedTokens(List<String> tokens) {
        digests =
                tokens.stream()
                        .map(token -> digest(token.getBytes(StandardCharsets.UTF_8)))
                        .toList();
    }

    /** Whether a worker needs a token. */
    boolean areRequired() {
        return !digests.isEmpty();
    }

    /** Whether a worker with this token is accepted. */
    boolean admit(Bytes token) {
        if (digests.isEmpty()) {
            return true;
        }
        byte[] presented = digest(token.toByteArray());
        boolean good = false;
        for (byte[] digest : digests) {
            good |= MessageDigest.isEqual(digest, presented);
        }
        return good;
    }

    private static byte[] digest(byte[] token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
