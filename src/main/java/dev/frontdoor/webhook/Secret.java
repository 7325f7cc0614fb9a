package dev.frontdoor.webhook;

import jakarta.validation.constraints.Min;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * A secret that signs events. It has two forms: {@code whsec_} and base64, or a text whose UTF-8
 * bytes are the key. Nothing shows the key, only its size.
 */
public final class Secret {

    private static final String ENCODED = "whsec_";

    private final byte[] key;

    @Min(value = 24, message = "must be at least 24 bytes: a text, or whsec_ and base64")
    private final int size;

    private Secret(byte[] key) {
        this.key = key;
        this.size = key.length;
    }

    /**
     * Reads a secret of a setting.
     *
     * @return of size 0 if what follows {@code whsec_} is not base64
     */
    public static Secret of(String text) {
        if (!text.startsWith(ENCODED)) {
            return new Secret(text.getBytes(StandardCharsets.UTF_8));
        }
        try {
            return new Secret(Base64.getDecoder().decode(text.substring(ENCODED.length())));
        } catch (IllegalArgumentException _) {
            return new Secret(new byte[0]);
        }
    }

    byte[] key() {
        return key.clone();
    }

    /** Shows the size, never the key. */
    @Override
    public String toString() {
        return "Secret[" + size + " bytes]";
    }
}
