package dev.frontdoor.invocation;

import java.util.Locale;

/** A constant of an enum that has a name in metrics, logs and responses. */
public interface Labeled {

    /** The name of the constant. */
    String name();

    /** The name in lower case, whatever the language of the machine. */
    default String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
