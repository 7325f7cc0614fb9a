package dev.frontdoor.registration;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/**
 * Checks whether a text is JSON, token by token: nothing is kept of it, no number is converted, and
 * no name becomes a key. So the time depends on the length only.
 */
final class JsonSyntax {

    /** How deep objects and arrays may be nested. */
    static final int MAX_DEPTH = 500;

    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private static final JsonFactory JSON =
            JsonFactory.builder()
                    .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(MAX_DEPTH)
                                    .maxNameLength(Integer.MAX_VALUE)
                                    .maxNumberLength(Integer.MAX_VALUE)
                                    .build())
                    .build();

    private JsonSyntax() {}

    /** Whether the text is one JSON value, of a depth that is allowed. */
    static boolean isJson(String text) {
        if (text.isEmpty() || text.charAt(0) == BYTE_ORDER_MARK) {
            return false;
        }
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), text)) {
            if (parser.nextToken() == null) {
                return false;
            }
            parser.skipChildren();
            return parser.nextToken() == null;
        } catch (JacksonException e) {
            return false;
        }
    }
}
