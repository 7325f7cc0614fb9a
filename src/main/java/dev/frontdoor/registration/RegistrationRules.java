package dev.frontdoor.registration;

import dev.frontdoor.protocol.WorkerRegistration;

import org.jspecify.annotations.Nullable;

/** What a registration must satisfy before any notifier is called: section 7 of the protocol. */
final class RegistrationRules {

    /** The longest identity, in bytes of UTF-8. */
    static final int MAX_IDENTITY_SIZE = 992;

    private RegistrationRules() {}

    /** Why a registration is rejected; null if it is fine. */
    static @Nullable String violation(WorkerRegistration registration) {
        int size = sizeInUtf8(registration.identity());
        return size <= MAX_IDENTITY_SIZE
                ? null
                : "identity has %s bytes of UTF-8; at most %s are allowed"
                        .formatted(size, MAX_IDENTITY_SIZE);
    }

    /** The bytes of a string that came off the wire, and so is well-formed. */
    private static int sizeInUtf8(String text) {
        int size = 0;
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (unit < 0x80) {
                size += 1;
            } else if (unit < 0x800 || Character.isSurrogate(unit)) {
                size += 2;
            } else {
                size += 3;
            }
        }
        return size;
    }
}
