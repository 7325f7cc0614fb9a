package dev.frontdoor.push;

import dev.frontdoor.notifier.PushRefusal;
import dev.frontdoor.notifier.PushRefusal.Code;
import dev.frontdoor.protocol.Bytes;
import dev.frontdoor.protocol.Frame;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Parses the record with which a worker refuses a push: a JSON object with exactly two strings,
 * {@code code} and {@code words} (section 8 of docs/protocol.md). It has no state; any thread may
 * use it.
 */
final class RefusalParser {

    /** The longest record, in bytes: every byte of the longest words as a Unicode escape. */
    static final int MAX_RECORD_SIZE = 6_177;

    /** The longest words, in bytes of UTF-8. */
    static final int MAX_WORDS_SIZE = 1_024;

    /** Replaces a refusal whose record is malformed. It contains nothing that the worker sent. */
    static final PushRefusal MALFORMED =
            new PushRefusal(Code.UNAVAILABLE, "the worker's refusal was malformed");

    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private static final JsonFactory JSON =
            JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    private RefusalParser() {}

    /** The refusal in a reply; {@link #MALFORMED} if it has other flags. */
    static PushRefusal parse(Frame.PushReply reply) {
        return reply.flags() == Frame.PushReply.REFUSAL ? parse(reply.payload()) : MALFORMED;
    }

    /** The refusal in a record; {@link #MALFORMED} if the record is malformed. */
    static PushRefusal parse(Bytes record) {
        if (record.size() > MAX_RECORD_SIZE) {
            return MALFORMED;
        }
        try {
            CharBuffer text =
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(record.toByteArray()));
            // JSON does not allow one at the start, but the parser skips it.
            boolean marked = text.hasRemaining() && text.charAt(0) == BYTE_ORDER_MARK;
            return marked ? MALFORMED : parse(text.toString());
        } catch (CharacterCodingException | JacksonException e) {
            return MALFORMED;
        }
    }

    private static PushRefusal parse(String text) {
        Code code = null;
        String words = null;
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return MALFORMED;
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                if (parser.nextToken() != JsonToken.VALUE_STRING) {
                    return MALFORMED;
                }
                switch (name) {
                    case "code" -> code = code(parser.getString());
                    case "words" -> words = words(parser.getString());
                    default -> {
                        return MALFORMED;
                    }
                }
            }
            boolean whole = parser.nextToken() == null;
            return whole && code != null && words != null
                    ? new PushRefusal(code, words)
                    : MALFORMED;
        }
    }

    private static @Nullable Code code(String label) {
        for (Code code : Code.values()) {
            if (code.label().equals(label)) {
                return code;
            }
        }
        return null;
    }

    /** The words; null if they are too long or contain an unpaired surrogate. */
    private static @Nullable String words(String words) {
        try {
            int size = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(words)).limit();
            return size <= MAX_WORDS_SIZE ? words : null;
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
