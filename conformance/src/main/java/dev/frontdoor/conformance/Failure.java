package dev.frontdoor.conformance;

import java.util.Locale;

/** The program did not do what the situation requires. The message says what was observed. */
final class Failure extends RuntimeException {

    Failure(String format, Object... values) {
        super(String.format(Locale.ROOT, format, values));
    }
}
