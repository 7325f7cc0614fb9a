package dev.frontdoor.webhook;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs events by Standard Webhooks: HMAC-SHA256 over {@code id.timestamp.body}. */
final class Signer {

    private static final String ALGORITHM = "HmacSHA256";

    private final List<SecretKeySpec> keys;

    Signer(List<Secret> secrets) {
        this.keys =
                secrets.stream()
                        .map(Secret::key)
                        .map(key -> new SecretKeySpec(key, ALGORITHM))
                        .toList();
    }

    boolean signs() {
        return !keys.isEmpty();
    }

    /** The value of {@code webhook-signature}: one signature for each key. */
    String sign(String id, long timestamp, byte[] body) {
        byte[] start = "%s.%s.".formatted(id, timestamp).getBytes(StandardCharsets.UTF_8);
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
