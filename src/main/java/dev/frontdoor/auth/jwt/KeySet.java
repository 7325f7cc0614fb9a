package dev.frontdoor.auth.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.KeyType;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.util.JSONObjectUtils;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The keys that an issuer signs with, as it gave them at one time. Immutable.
 *
 * @param keys those that can check signatures
 * @param ignored how many others the set has
 * @param askedAt when the issuer was asked, in nanoseconds of the clock
 */
public record KeySet(Set<JWK> keys, int ignored, long askedAt) {

    /** Bounds the time that a token without a key id costs. */
    static final int MAX_KEYS = 100;

    private static final int MIN_RSA_BITS = 2048;
    private static final Set<KeyType> TYPES = Set.of(KeyType.RSA, KeyType.EC);

    /** Copies the set. */
    public KeySet {
        keys = Set.copyOf(keys);
    }

    /**
     * Reads a JWK set. A key that cannot be used is ignored, whatever it is.
     *
     * @throws IOException if it is no JWK set, or if it has no key that can be used
     */
    static KeySet parse(String json, long askedAt) throws IOException {
        Set<JWK> keys = new HashSet<>();
        int ignored = 0;
        for (Map<String, Object> member : members(json)) {
            JWK key = keyOf(member);
            if (key != null && keys.size() < MAX_KEYS) {
                keys.add(key);
            } else {
                ignored++;
            }
        }
        if (keys.isEmpty()) {
            throw new IOException("the set has no key that can check a signature");
        }
        return new KeySet(keys, ignored, askedAt);
    }

    private static List<Map<String, Object>> members(String json) throws IOException {
        try {
            Map<String, Object> set = JSONObjectUtils.parse(json);
            Map<String, Object>[] members = JSONObjectUtils.getJSONObjectArray(set, "keys");
            return members == null ? List.of() : List.of(members);
        } catch (ParseException | RuntimeException | StackOverflowError _) {
            throw new IOException("the response is no JWK set");
        }
    }

    private static @Nullable JWK keyOf(Map<String, Object> member) {
        try {
            JWK key = JWK.parse(member);
            return isUsable(key) ? key.toPublicJWK() : null;
        } catch (ParseException | JOSEException | RuntimeException | StackOverflowError _) {
            return null;
        }
    }

    private static boolean isUsable(JWK key) throws JOSEException {
        KeyType type = key.getKeyType();
        return TYPES.contains(type)
                && (key.getKeyUse() == null || key.getKeyUse().equals(KeyUse.SIGNATURE))
                && (!type.equals(KeyType.RSA) || key.size() >= MIN_RSA_BITS)
                // Fails for numbers that are no key.
                && key instanceof AsymmetricJWK numbers
                && numbers.toPublicKey() != null;
    }

    /** The keys that may have signed a token with this header. */
    List<JWK> candidates(JWSHeader header) {
        JWKMatcher matcher = JWKMatcher.forJWSHeader(header);
        List<JWK> candidates = new ArrayList<>();
        for (JWK key : keys) {
            if (matcher != null && matcher.matches(key)) {
                candidates.add(key);
            }
        }
        return candidates;
    }
}
