package dev.frontdoor.directory;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs messages with the key of the fleet, and checks signatures. Used by any thread. */
final class FleetKey {

    private static final String ALGORITHM = "HmacSHA256";

    /** What a fingerprint is made of. */
    private static final String FINGERPRINT = "worker front door: fingerprint of the fleet key";

    /** Characters of a fingerprint. */
    private static final int FINGERPRINT_SIZE = 16;

    /** The most idle Macs. */
    private static final int MAX_IDLE = 64;

    private final byte[] key;
    private final int size;

    /** Macs that are ready for use: making one takes longer than signing most messages. */
    private final Queue<Mac> idle = new ArrayBlockingQueue<>(MAX_IDLE);

    /** A key; an empty one signs nothing, and takes every message. */
    FleetKey(String key) {
        this.key = key.getBytes(StandardCharsets.UTF_8);
        this.size = key.isEmpty() ? 0 : 32;
    }

    /** Tells keys apart without disclosing them. */
    String fingerprint() {
        byte[] fingerprinted = FINGERPRINT.getBytes(StandardCharsets.UTF_8);
        return size == 0
                ? "none"
                : HexFormat.of()
                        .formatHex(mac(fingerprinted, fingerprinted.length))
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
        Mac mac = idle.poll();
        if (mac == null) {
            mac = initialized();
        }
        mac.update(message, 0, length);
        byte[] result = mac.doFinal();
        // It is as after its initialization. If there is no room, it is left to the collector.
        boolean _ = idle.offer(mac);
        return result;
    }

    private Mac initialized() {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }
}
