package dev.frontdoor.extension;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;

/** A jar of {@code frontdoor.notifiers.path} that cannot be used; the service does not start. */
final class BrokenNotifierJarException extends RuntimeException {

    BrokenNotifierJarException(Path jar, String problem, @Nullable Throwable cause) {
        super("notifier jar %s: %s".formatted(jar, problem), cause);
    }
}
