package dev.frontdoor.worker;

import java.nio.file.Files;
import java.nio.file.Path;

/** Gets the worker's token. */
@FunctionalInterface
public interface TokenSource {

    /**
     * Called for each connection and each renewal, on a thread of the worker's executor, which is
     * interrupted if the worker stops.
     *
     * @throws Exception the attempt has failed, and follows again after a pause
     */
    Token token() throws Exception;

    /** Always the same token. */
    static TokenSource of(String value) {
        return () -> new Token(value, null);
    }

    /** The text of a file without the blanks around it. It is read each time. */
    static TokenSource file(Path file) {
        return () -> new Token(Files.readString(file).strip(), null);
    }
}
