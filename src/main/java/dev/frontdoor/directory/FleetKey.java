package dev.frontdoor.directory;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs messages with the key of the fleet, and checks signatures. Used by any thread. */
final class FleetKey {

    private static final String ALGORITHM = "HmacSHA256";

    /** What a fingerprint is made of. */
    private static final String FINGERPRINT = "worker front door: fingerprint of the fleet key";

    /** Characters of a fingerprint. */
    private static final int FINGERPRINT_SIZE = 16;

    private final byte[] key;
    private final int size;

    /** A key; an empty one signs nothing, and takes every message. */
    FleetKey(String key) {
        this.key = key.getBytes(StandardCharsets.UTF_8);
        this.size = key.isEmpty() ? 0 : 32;
    }

    /** Tells keys apart without disclosing them. */
    String fingerprint() {
        return size == 0
                ? "none"
                : HexFormat.of()
                        .formatHex(mac(FINGERPRINT.getBytes(StandardCharsets.UTF_8), -1))
                        .substring(0, FINGERPRINT_SIZE);
    }

    /** The message with its signature behind it. */
    byte[] sign(byte[] message) {
        if (size == 0) {
            return message;
        }
        byte[] signed = Arrays.copyOf(message, message.length + size);
        System.arraycopy(mac(message, message.length), 0, signed, message.length, size);
        return signed;
    }

    /** Where the message ends before its signature; -1 if the signature is not ours. */
    int verify(byte[] signed) {
        int length = signed.length - size;
        if (size == 0) {
            return length;
        }
        return length >= 0
                        && MessageDigest.isEqual(
                                mac(signed, length),
                                Arrays.copyOfRange(signed, length, signed.length))
                ? length
                : -1;
    }

    private byte[] mac(byte[] message, int length) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            mac.update(message, 0, length < 0 ? message.length : length);
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }
}
