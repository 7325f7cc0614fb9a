package dev.frontdoor.worker;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.Callable;

/**
 * A credential.
 *
 * @param value what the service checks
 * @param expiresAt when it expires; null if that is not known or if the service does not renew
 */
public record Token(String value, Instant expiresAt) {

    /** A token has a value. */
    public Token {
        Objects.requireNonNull(value, "the value of a token");
    }

    /** A source that always gives the same token. */
    public static Callable<Token> fixed(String value) {
        return () -> new Token(value, null);
    }

    /** A source that reads a file each time. The blanks around the text do not count. */
    public static Callable<Token> file(Path file) {
        return () -> new Token(Files.readString(file).strip(), null);
    }

    /** Hides the value, so that a log never shows it. */
    @Override
    public String toString() {
        return "Token[expiresAt=" + expiresAt + "]";
    }
}
