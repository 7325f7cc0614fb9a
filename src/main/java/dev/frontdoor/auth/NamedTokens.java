package dev.frontdoor.auth;

import dev.frontdoor.auth.AuthenticationResult.Accepted;
import dev.frontdoor.auth.AuthenticationResult.Refused;
import dev.frontdoor.notifier.Principal;
import dev.frontdoor.protocol.Bytes;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * The tokens that are in force. All digests are compared in full, so that the time taken reveals
 * nothing about a token. Decides at once, on the caller's thread.
 */
final class NamedTokens implements AuthenticationMethod {

    /** The largest number of tokens, which bounds the time of a check. */
    static final int MAX_TOKENS = 1000;

    private static final Logger log = LoggerFactory.getLogger(NamedTokens.class);

    private static final Refused REFUSED = new Refused("it is none of the tokens");

    private final List<NamedToken> fixed;
    private final Map<String, String> attributes;
    private volatile List<Entry> inForce = List.of();

    /** Those that were logged. Used by the thread that sets the tokens of files. */
    private Set<Duplicate> duplicates = Set.of();

    /**
     * Tokens without those of files.
     *
     * @param fixed those that stay, in order; of two that are the same, the first counts
     * @param setting what they are set by
     * @param attributes of whoever has one
     * @throws InvalidConfigurationPropertyValueException if there are too many
     */
    NamedTokens(List<NamedToken> fixed, String setting, Map<String, String> attributes) {
        if (fixed.size() > MAX_TOKENS) {
            throw new InvalidConfigurationPropertyValueException(
                    setting, fixed.size() + " tokens", "At most 1000 are allowed.");
        }
        this.fixed = List.copyOf(fixed);
        this.attributes = attributes;
        replaceFiles(List.of());
    }

    /**
     * Sets the tokens of files. Those that were there before and are not any more are revoked.
     * Called by one thread at a time.
     */
    void replaceFiles(List<NamedToken> ofFiles) {
        Map<NamedToken, Entry> before = new LinkedHashMap<>();
        inForce.forEach(entry -> before.put(entry.token, entry));
        Map<Bytes, Entry> byDigest = new LinkedHashMap<>();
        Set<Duplicate> found = new LinkedHashSet<>();
        List<NamedToken> all = new ArrayList<>(fixed);
        all.addAll(ofFiles);
        for (NamedToken token : all) {
            Entry first = byDigest.get(token.digest());
            if (first == null) {
                Entry kept = before.remove(token);
                byDigest.put(token.digest(), kept == null ? new Entry(token, attributes) : kept);
            } else if (!first.token.name().equals(token.name())) {
                found.add(new Duplicate(first.token, token));
            }
        }
        logNew(found);
        inForce = List.copyOf(byDigest.values());
        before.values().forEach(revoked -> revoked.accepted.credential().revoke());
    }

    private void logNew(Set<Duplicate> found) {
        for (Duplicate duplicate : found) {
            if (!duplicates.contains(duplicate)) {
                log.warn(
                        "tokens '{}' and '{}' are the same; whoever has it is '{}'",
                        duplicate.first.name(),
                        duplicate.other.name(),
                        duplicate.first.name());
            }
        }
        duplicates = found;
    }

    /** How many are in force. */
    int count() {
        return inForce.size();
    }

    @Override
    public Principal.Kind kind() {
        return Principal.Kind.TOKEN;
    }

    @Override
    public boolean decides(PresentedCredentials presented) {
        return find(presented.digest()) != null;
    }

    @Override
    public AuthenticationResult check(
            PresentedCredentials presented,
            BooleanSupplier awaited,
            Consumer<AuthenticationResult> onResult) {
        Accepted found = find(presented.digest());
        return found == null ? REFUSED : found;
    }

    private @Nullable Accepted find(@Nullable Bytes digest) {
        if (digest == null) {
            return null;
        }
        byte[] presented = digest.toByteArray();
        Accepted found = null;
        for (Entry entry : inForce) {
            if (MessageDigest.isEqual(entry.digest, presented)) {
                found = entry.accepted;
            }
        }
        return found;
    }

    /** Two names of one token, of which the first counts. */
    private record Duplicate(NamedToken first, NamedToken other) {}

    /** A token in force, and what its holders are told. */
    private static final class Entry {

        private final NamedToken token;
        private final byte[] digest;
        private final Accepted accepted;

        Entry(NamedToken token, Map<String, String> attributes) {
            this.token = token;
            this.digest = token.digest().toByteArray();
            this.accepted = token.accepted(attributes);
        }
    }
}
