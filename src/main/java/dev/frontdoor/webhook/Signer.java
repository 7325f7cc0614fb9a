package dev.frontdoor.webhook;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs events as Standard Webhooks has it: HMAC-SHA256 over {@code id.timestamp.body}. */
final class Signer {

    private static final String ALGORITHM = "HmacSHA256";
    private static final String ENCODED = "whsec_";
    private static final int MIN_KEY_SIZE = 24;

    private final List<SecretKeySpec> keys;

    Signer(List<byte[]> keys) {
        this.keys = keys.stream().map(key -> new SecretKeySpec(key, ALGORITHM)).toList();
    }

    /**
     * The bytes of a secret.
     *
     * @param name the setting it comes from, for the message
     * @throws IllegalArgumentException if it is neither form or too short; the text does not tell
     *     the secret
     */
    static byte[] key(String name, String secret) {
        byte[] key;
        if (secret.startsWith(ENCODED)) {
            try {
                key = Base64.getDecoder().decode(secret.substring(ENCODED.length()));
            } catch (IllegalArgumentException _) {
                throw refused(name, "something else after whsec_");
            }
        } else {
            key = secret.getBytes(StandardCharsets.UTF_8);
        }
        if (key.length < MIN_KEY_SIZE) {
            throw refused(name, key.length + " bytes");
        }
        return key;
    }

    private static IllegalArgumentException refused(String name, String was) {
        return new IllegalArgumentException(
                "%s must be whsec_ and base64, or a text, of at least %d bytes, was %s (not shown)"
                        .formatted(name, MIN_KEY_SIZE, was));
    }

    boolean signs() {
        return !keys.isEmpty();
    }

    /** The value of {@code webhook-signature}: one signature for each key. */
    String sign(String id, long timestamp, byte[] body) {
        byte[] start = "%s.%d.".formatted(id, timestamp).getBytes(StandardCharsets.UTF_8);
        return keys.stream().map(key -> sign(key, start, body)).collect(Collectors.joining(" "));
    }

    private static String sign(SecretKeySpec key, byte[] start, byte[] body) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update(start);
            return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }
}
