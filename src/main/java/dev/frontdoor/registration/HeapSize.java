package dev.frontdoor.registration;

import dev.frontdoor.protocol.WorkerRegistration;

/** Estimates, from above, how many bytes of heap a registration takes up. */
final class HeapSize {

    private static final int REFERENCE = 8;
    private static final int OBJECT = 24;

    /** A string without its characters. */
    private static final int STRING = 2 * OBJECT;

    /** What the service keeps for one registration beside its texts and lists. */
    private static final int RECORD = 512;

    /** What a shared text takes up beside its string. */
    private static final int ENTRY = 3 * OBJECT;

    private HeapSize() {}

    /** A registration without its texts, except for the identity. */
    static long of(WorkerRegistration registration) {
        long references =
                (long) registration.namespaces().size()
                        + registration.activityTypes().size()
                        + registration.activities().size();
        return RECORD
                + references * REFERENCE
                + (long) registration.activities().size() * (OBJECT + 3 * REFERENCE)
                + of(registration.identity());
    }

    /** A text that all registrations share. */
    static long ofShared(String text) {
        return ENTRY + of(text);
    }

    private static long of(String text) {
        return STRING + (isLatin1(text) ? 1L : 2L) * text.length();
    }

    private static boolean isLatin1(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0xFF) {
                return false;
            }
        }
        return true;
    }
}
