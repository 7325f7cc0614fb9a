package dev.frontdoor.protocol;

import org.jspecify.annotations.Nullable;

/**
 * A payload with its schema and causal context, carried opaquely.
 *
 * @param schemaId 32 bytes
 * @param parentId the message this one follows from; null if none, which is not the same as empty
 * @param vectorClock an unsigned 64-bit number; null if none
 * @param payload the content
 */
public record Envelope(
        Bytes schemaId, @Nullable String parentId, @Nullable Long vectorClock, Bytes payload) {

    /** Bytes in a schema id. */
    public static final int SCHEMA_ID_SIZE = 32;

    /** Refuses a schema id of another size. */
    public Envelope {
        requireSchemaId(schemaId);
    }

    static void requireSchemaId(Bytes schemaId) {
        if (schemaId.size() != SCHEMA_ID_SIZE) {
            throw new IllegalArgumentException(
                    "a schema id has %s bytes, was given %s"
                            .formatted(SCHEMA_ID_SIZE, schemaId.size()));
        }
    }
}
