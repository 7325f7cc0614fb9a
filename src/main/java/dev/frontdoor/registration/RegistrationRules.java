package dev.frontdoor.registration;

import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.protocol.WorkerRegistration.Activity;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** What a registration must satisfy before any notifier is called: section 7 of the protocol. */
final class RegistrationRules {

    /** The longest identity, in bytes of UTF-8. */
    static final int MAX_IDENTITY_SIZE = 992;

    private static final int LENGTH = Integer.BYTES;

    private final long maxSize;

    /**
     * The rules in force.
     *
     * @param maxSize the largest registration, in bytes on the wire
     */
    RegistrationRules(long maxSize) {
        this.maxSize = maxSize;
    }

    /** Why a registration is rejected; null if it is fine. */
    @Nullable String violation(WorkerRegistration registration) {
        int identity = sizeInUtf8(registration.identity());
        if (identity > MAX_IDENTITY_SIZE) {
            return "identity has %s bytes of UTF-8; at most %s are allowed"
                    .formatted(identity, MAX_IDENTITY_SIZE);
        }
        long size = sizeOnTheWire(registration);
        return size <= maxSize
                ? null
                : "the registration has %s bytes; at most %s are allowed".formatted(size, maxSize);
    }

    /** The size of the frame's payload, in its latest form. */
    private static long sizeOnTheWire(WorkerRegistration registration) {
        String node = registration.node();
        long size =
                sizeOf(registration.namespaces())
                        + sizeOf(registration.taskQueue())
                        + (node == null ? 1 : 1 + sizeOf(node))
                        + sizeOf(registration.activityTypes())
                        + sizeOf(registration.identity())
                        + LENGTH;
        for (Activity activity : registration.activities()) {
            size +=
                    sizeOf(activity.name())
                            + sizeOf(activity.inputSchemaJson())
                            + sizeOf(activity.outputSchemaJson());
        }
        return size;
    }

    private static long sizeOf(List<String> texts) {
        long size = LENGTH;
        for (String text : texts) {
            size += sizeOf(text);
        }
        return size;
    }

    private static long sizeOf(String text) {
        return LENGTH + (long) sizeInUtf8(text);
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
