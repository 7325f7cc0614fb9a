package dev.frontdoor.directory;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The scripts that Redis runs. Each is one step there: nothing else happens in between. */
enum Script {
    RENEW,
    WRITE,
    CLAIM,
    RELEASE,
    FACTS,
    PAGE,
    FIND,
    IDENTITIES,
    GROUPS,
    DELIVER(false),
    OWN(false),
    DISOWN(false),
    BANS(false);

    private final String source;

    /** A script for the entries of an epoch. */
    Script() {
        this(true);
    }

    Script(boolean forEntries) {
        source = (forEntries ? read("entries") : "") + read(label());
    }

    /** Its name in meters and messages. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Its source, to which the definition of {@code now} belongs. */
    String source() {
        return source;
    }

    private static String read(String name) {
        try (InputStream file = Script.class.getResourceAsStream(name + ".lua")) {
            if (file == null) {
                throw new IllegalStateException("the jar has no script " + name);
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
