package dev.frontdoor.connection;

import dev.frontdoor.protocol.Bytes;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The shared tokens, one of which a worker needs. All digests are compared in full, so that the
 * time taken reveals nothing about a token.
 */
final class SharedTokens {

    private final List<byte[]> digests;
    private final List<String> names;

    SharedTokens(List<String> tokens) {
        digests =
                tokens.stream()
                        .map(token -> digest(token.getBytes(StandardCharsets.UTF_8)))
                        .toList();
        names =
                IntStream.rangeClosed(1, digests.size())
                        .mapToObj(place -> "token " + place)
                        .toList();
    }

    /** Whether a worker needs a token. */
    boolean areRequired() {
        return !digests.isEmpty();
    }

    /**
     * Who has a token: {@code token 1} stands for the first of the tokens. Null if it is none of
     * them.
     */
    @Nullable String principalOf(Bytes token) {
        byte[] presented = digest(token.toByteArray());
        String principal = null;
        for (int i = digests.size() - 1; i >= 0; i--) {
            if (MessageDigest.isEqual(digests.get(i), presented)) {
                principal = names.get(i);
            }
        }
        return principal;
    }

    private static byte[] digest(byte[] token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
