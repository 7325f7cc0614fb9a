package dev.frontdoor.directory;

import dev.frontdoor.notifier.IdentityClaims.Claimant;
import dev.frontdoor.notifier.IdentityKey;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * An identity that a worker of this instance has.
 *
 * @param key the key of its claim in Redis
 * @param identity its name
 * @param replaces whether the worker takes it from workers of other instances
 * @param number of the claim; a later claim of this instance has a higher one
 * @param since when the worker got it, in milliseconds of Redis's time; until Redis has said so,
 *     what this instance takes it for
 * @param pending whether its first claim is under way
 */
record OwnedIdentity(
        String key,
        String identity,
        Claimant claimant,
        boolean replaces,
        long number,
        long since,
        boolean pending) {

    /** Characters of a hash, 128 bits. */
    private static final int HASH_SIZE = 32;

    /** The key of a claim. What workers have declared is a part of it as a hash only. */
    static String key(IdentityKey identity) {
        MessageDigest hash = sha256();
        update(hash, identity.identity());
        update(hash, identity.taskQueue());
        identity.namespaces().forEach(namespace -> update(hash, namespace));
        return "frontdoor:%s:{id:%s}"
                .formatted(
                        Epoch.SCHEMA,
                        HexFormat.of().formatHex(hash.digest()).substring(0, HASH_SIZE));
    }

    /** The same with another number. */
    OwnedIdentity withNumber(long next) {
        return new OwnedIdentity(key, identity, claimant, replaces, next, since, pending);
    }

    /** The same once its first claim has ended. */
    OwnedIdentity since(long time) {
        return new OwnedIdentity(key, identity, claimant, replaces, number, time, false);
    }

    long pid() {
        return claimant.pid();
    }

    /** Each text ends with a byte that UTF-8 has not. */
    private static void update(MessageDigest hash, String text) {
        hash.update(text.getBytes(StandardCharsets.UTF_8));
        hash.update((byte) 0xff);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
