package dev.frontdoor.websocket.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.frontdoor.protocol.Frame;
import dev.frontdoor.protocol.FrameCodec;
import dev.frontdoor.protocol.Frames;
import dev.frontdoor.protocol.ProtocolException;
import dev.frontdoor.protocol.ReasonCode;
import dev.frontdoor.protocol.Vectors;

import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import java.util.HexFormat;
import java.util.List;

/** Frames as JSON, held to their bytes. */
class JsonFramesTests {

    private static final JsonMapper JSON = JsonMapper.shared();

    @Provide
    Arbitrary<Frame> frames() {
        return Frames.any();
    }

    @Property
    void everyFrameHasTheSameBytesAfterItWasJson(@ForAll("frames") Frame frame) {
        byte[] bytes = FrameCodec.encode(frame);

        assertThat(JsonFrames.toBytes(JsonFrames.toJson(bytes))).isEqualTo(bytes);
    }

    @Property(tries = 200)
    void textThatIsCutIsRefused(@ForAll("frames") Frame frame, @ForAll int where) {
        String json = JsonFrames.toJson(FrameCodec.encode(frame));

        assertMalformed(json.substring(0, Math.floorMod(where, json.length())));
    }

    @Example
    void jsonIsThatOfTheVectors() {
        for (JsonNode vector : Vectors.read("frames.jsonl")) {
            byte[] bytes = HexFormat.of().parseHex(vector.required("hex").stringValue());
            JsonNode frame = vector.required("frame");

            assertThat(JSON.readTree(JsonFrames.toJson(bytes))).isEqualTo(frame);
        }
    }

    @Example
    void memberThatIsMissingOrOfAnotherKindOrTooManyIsRefused() {
        for (JsonNode vector : Vectors.read("frames.jsonl")) {
            ObjectNode frame = (ObjectNode) vector.required("frame");
            for (String name : List.copyOf(frame.propertyNames())) {
                if (!List.of("flags", "streamId", "durablePosition").contains(name)
                        && !(name.equals("message") && frame.get(name).isObject())) {
                    ObjectNode less = frame.deepCopy();
                    less.remove(name);
                    assertMalformed(less.toString());
                }
                assertMalformed(frame.deepCopy().put(name, true).toString());
                assertMalformed(frame.deepCopy().put(name, -1).toString());
                assertMalformed(frame.deepCopy().put(name, 1.5).toString());
            }
            assertMalformed(frame.deepCopy().put("surplus", 1).toString());
        }
    }

    @Example
    void headerMayBeLeftOut() {
        String push = "{\"type\":\"push\",\"correlationId\":12,\"payload\":\"2a\"}";
        String ping = "{\"type\":\"ping\"}";

        assertThat(JsonFrames.toBytes(push))
                .isEqualTo(
                        HexFormat.of().parseHex("1500000000010000000d000000000000000c000000012a"));
        assertThat(JsonFrames.toBytes(ping))
                .isEqualTo(HexFormat.of().parseHex("13000000000000000000"));
    }

    @Example
    void whatIsNoFrameIsRefused() {
        List.of(
                        "",
                        "null",
                        "[]",
                        "{}",
                        "{\"type\":\"ping\"}{\"type\":\"ping\"}",
                        "{\"type\":\"ping\",\"type\":\"ping\"}",
                        "{\"type\":\"pang\"}",
                        "{\"type\":\"ping\",\"flags\":256}",
                        "{\"type\":\"accept\",\"messageId\":\"\\ud83d\"}",
                        "{\"type\":\"push\",\"correlationId\":18446744073709551616,\"payload\":\"\"}",
                        "{\"type\":\"push\",\"correlationId\":1,\"payload\":\"0\"}",
                        "{\"type\":\"push\",\"correlationId\":1,\"payload\":\"xx\"}",
                        "{\"type\":" + "[".repeat(100_000))
                .forEach(JsonFramesTests::assertMalformed);
    }

    @Example
    void wrongStreamIsRefusedAsSuch() {
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> JsonFrames.toBytes("{\"type\":\"ping\",\"streamId\":1}"))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(ReasonCode.STREAM_NOT_ALLOWED));
    }

    private static void assertMalformed(String json) {
        assertThatExceptionOfType(ProtocolException.class)
                .as(json)
                .isThrownBy(() -> JsonFrames.toBytes(json))
                .satisfies(e ->
                        assertThat(e.reason())
                                .isIn(ReasonCode.MALFORMED_PAYLOAD, ReasonCode.STREAM_NOT_ALLOWED));
    }
}
