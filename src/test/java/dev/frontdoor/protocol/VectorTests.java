package dev.frontdoor.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import tools.jackson.databind.JsonNode;

import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The recorded vectors: valid frames with their meaning, damaged ones with their verdict. */
class VectorTests {

    @ParameterizedTest(name = "{0}")
    @MethodSource("frames")
    void bytesHaveThatMeaning(String name, JsonNode frame, byte[] bytes) {
        assertThat(FrameCodec.decode(ByteBuffer.wrap(bytes))).isEqualTo(VectorFrame.read(frame));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("frames")
    void meaningHasThoseBytes(String name, JsonNode frame, byte[] bytes) {
        assertThat(FrameCodec.encode(VectorFrame.read(frame))).isEqualTo(bytes);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformed")
    void damagedBytesGetThatVerdict(String hex, JsonNode vector) {
        switch (vector.required("verdict").stringValue()) {
            case "error" -> assertError(hex, vector.required("reasonCode").intValue());
            case "frame" -> assertType(FrameCodec.decode(message(hex)), vector);
            case "trailing" -> {
                ByteBuffer message = message(hex);
                assertType(FrameCodec.decodeNext(message), vector);
                assertThat(message.hasRemaining()).isTrue();
                assertError(hex, ReasonCode.MALFORMED_PAYLOAD.code());
            }
            default -> throw new AssertionError("no such verdict: " + vector);
        }
    }

    @Test
    void everyTypeIsAmongTheVectors() {
        Set<FrameType> types =
                Vectors.read("frames.jsonl").stream()
                        .map(vector -> vector.required("frame").required("type").stringValue())
                        .map(VectorFrame::type)
                        .collect(Collectors.toCollection(() -> EnumSet.noneOf(FrameType.class)));

        assertThat(types).containsExactly(FrameType.values());
    }

    private static void assertError(String hex, int reasonCode) {
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> FrameCodec.decode(message(hex)))
                .satisfies(e -> assertThat(e.reason().code()).isEqualTo(reasonCode));
    }

    private static void assertType(Frame frame, JsonNode vector) {
        assertThat(frame.type()).isEqualTo(VectorFrame.type(vector.required("type").stringValue()));
        if (frame instanceof Frame.Unknown unknown) {
            assertThat(unknown.typeId()).isEqualTo(vector.required("typeId").intValue());
        }
    }

    private static ByteBuffer message(String hex) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex));
    }

    static Stream<Arguments> frames() {
        return Vectors.read("frames.jsonl").stream()
                .map(vector ->
                        Arguments.of(
                                vector.required("name").stringValue(),
                                vector.required("frame"),
                                HexFormat.of().parseHex(vector.required("hex").stringValue())));
    }

    static Stream<Arguments> malformed() {
        return Vectors.read("malformed.jsonl").stream()
                .map(vector -> Arguments.of(vector.required("hex").stringValue(), vector));
    }
}
