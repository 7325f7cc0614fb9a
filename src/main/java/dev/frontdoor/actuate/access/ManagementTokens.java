package dev.frontdoor.actuate.access;

import dev.frontdoor.protocol.Bytes;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

/**
 * The tokens of operators. All digests are compared in full, so that the time taken reveals nothing
 * about a token.
 */
final class ManagementTokens {

    private static final String SETTING = "frontdoor.management.tokens";

    /** More than a token may have, with a line break. */
    private static final int MAX_FILE_SIZE = 5000;

    private final List<Holder> holders = new ArrayList<>();

    /**
     * Reads the tokens, those in files included.
     *
     * @throws InvalidConfigurationPropertyValueException for a file that has no usable token, and
     *     for a token that occurs twice; the message names the setting, never the token
     */
    ManagementTokens(List<ManagementToken> tokens) {
        for (int i = 0; i < tokens.size(); i++) {
            add(tokens.get(i), SETTING + "[" + i + "]");
        }
    }

    /** Whose token this is; null if it is nobody's. */
    @Nullable Holder find(String token) {
        return find(digest(token.getBytes(StandardCharsets.UTF_8)));
    }

    private @Nullable Holder find(byte[] digest) {
        Holder found = null;
        for (Holder holder : holders) {
            if (MessageDigest.isEqual(holder.digest.toByteArray(), digest)) {
                found = holder;
            }
        }
        return found;
    }

    private void add(ManagementToken setting, String key) {
        Token inline = setting.token();
        Path file = setting.tokenFile();
        Token token = inline == null && file != null ? read(file, key + ".token-file") : inline;
        if (token == null) {
            throw new IllegalArgumentException(key + " has no token");
        }
        byte[] digest = digest(token.bytes());
        if (find(digest) != null) {
            throw new InvalidConfigurationPropertyValueException(
                    key, setting.name(), "another entry has the same token");
        }
        holders.add(new Holder(setting.name(), setting.role(), Bytes.copyOf(digest)));
    }

    private static Token read(Path file, String key) {
        byte[] content;
        try (InputStream in = Files.newInputStream(file)) {
            content = in.readNBytes(MAX_FILE_SIZE);
        } catch (IOException e) {
            throw new InvalidConfigurationPropertyValueException(
                    key, file, "the file cannot be read: " + e);
        }
        String text = new String(content, StandardCharsets.UTF_8);
        Token token = Token.of(text.replaceFirst("\r?\n\\z", ""));
        if (!token.isUsable()) {
            throw new InvalidConfigurationPropertyValueException(
                    key, file, "the token in the file " + Token.RULE);
        }
        return token;
    }

    private static byte[] digest(byte[] token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /**
     * Who has a token.
     *
     * @param name as the log names them
     */
    record Holder(String name, ManagementToken.Role role, Bytes digest) {

        boolean mayChange() {
            return role == ManagementToken.Role.OPERATE;
        }
    }
}
