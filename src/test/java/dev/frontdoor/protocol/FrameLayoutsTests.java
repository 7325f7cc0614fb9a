package dev.frontdoor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;

import java.util.HexFormat;

/** The layouts agree with the recorded vectors, as the codec does. */
class FrameLayoutsTests {

    @Test
    void everyRecordedFrameIsAFrame() {
        for (byte[] message : Vectors.messages("frames.jsonl")) {
            assertThat(FrameLayouts.verdict(message))
                    .as(HexFormat.of().formatHex(message))
                    .isEqualTo(FrameLayouts.FRAME);
        }
    }

    @Test
    void everyRecordedDamageHasItsVerdict() {
        for (JsonNode vector : Vectors.read("malformed.jsonl")) {
            String hex = vector.required("hex").stringValue();
            int expected =
                    switch (vector.required("verdict").stringValue()) {
                        case "error" -> vector.required("reasonCode").intValue();
                        case "trailing" -> ReasonCode.MALFORMED_PAYLOAD.code();
                        default -> FrameLayouts.FRAME;
                    };
            assertThat(FrameLayouts.verdict(HexFormat.of().parseHex(hex)))
                    .as(hex)
                    .isEqualTo(expected);
        }
    }
}
