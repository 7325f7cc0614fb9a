package dev.frontdoor.websocket.json;

import dev.frontdoor.protocol.Frame;
import dev.frontdoor.protocol.FrameCodec;
import dev.frontdoor.protocol.FrameType;
import dev.frontdoor.protocol.ProtocolException;
import dev.frontdoor.protocol.ReasonCode;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.nio.ByteBuffer;
import java.util.Locale;

/**
 * Converts frames between their bytes and JSON: an object whose member {@code type} names the type,
 * with a member for each field. Bytes are hexadecimal digits. It has no state; any thread may use
 * it.
 */
public final class JsonFrames {

    /** The name of the subprotocol. */
    public static final String SUBPROTOCOL = "frontdoor.json.v1";

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private JsonFrames() {}

    /** The JSON of a frame, given as its bytes. */
    public static String toJson(byte[] frame) {
        Frame decoded = FrameCodec.decode(ByteBuffer.wrap(frame));
        return JSON.writeValueAsString(JsonFrameWriter.write(decoded, JSON.createObjectNode()));
    }

    /**
     * The bytes of a frame, given as JSON.
     *
     * @throws ProtocolException if the text is not JSON, or no frame; the reason code is that of a
     *     payload that does not decode, or of a stream that is not allowed
     */
    public static byte[] toBytes(String json) {
        try {
            JsonNode object = JSON.readTree(json);
            return FrameCodec.encode(new JsonFrameReader(object).read());
        } catch (JacksonException e) {
            throw malformed("the message is not one JSON value");
        } catch (IllegalArgumentException e) {
            // A value that the wire cannot carry: the text is the frame's own.
            throw malformed(String.valueOf(e.getMessage()));
        }
    }

    static ProtocolException malformed(String what) {
        return new ProtocolException(ReasonCode.MALFORMED_PAYLOAD, what);
    }

    /** The name of a type, such as {@code workerRegisterAck}. */
    static String nameOf(FrameType type) {
        StringBuilder name = new StringBuilder();
        for (String word : type.name().toLowerCase(Locale.ROOT).split("_", -1)) {
            name.append(name.isEmpty() ? word : capitalized(word));
        }
        return name.toString();
    }

    private static String capitalized(String word) {
        return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
    }
}
