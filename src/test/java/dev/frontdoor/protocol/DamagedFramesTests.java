package dev.frontdoor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

class DamagedFramesTests {

    private static final long SEED = 7;

    @Test
    void sameSeedMakesTheSameMessages() {
        assertThat(damaged(SEED, 1000)).isEqualTo(damaged(SEED, 1000));
        assertThat(damaged(SEED, 1000)).isNotEqualTo(damaged(SEED + 1, 1000));
    }

    @Test
    void everyTypeIsDecodedAndRefusedAndEveryReasonOccurs() {
        Set<FrameType> decoded = EnumSet.noneOf(FrameType.class);
        Set<FrameType> malformed = EnumSet.noneOf(FrameType.class);
        Set<ReasonCode> reasons = EnumSet.noneOf(ReasonCode.class);
        for (Bytes damaged : damaged(SEED, 20_000)) {
            byte[] message = damaged.toByteArray();
            try {
                decoded.add(FrameCodec.decode(ByteBuffer.wrap(message)).type());
            } catch (ProtocolException e) {
                reasons.add(e.reason());
                if (e.reason() == ReasonCode.MALFORMED_PAYLOAD) {
                    malformed.add(FrameType.of(Byte.toUnsignedInt(message[0])));
                }
            }
        }

        assertThat(decoded).containsExactly(FrameType.values());
        assertThat(malformed).containsExactly(FrameType.values());
        assertThat(reasons)
                .containsExactly(
                        ReasonCode.INCOMPLETE_HEADER,
                        ReasonCode.INCOMPLETE_PAYLOAD,
                        ReasonCode.STREAM_NOT_ALLOWED,
                        ReasonCode.MALFORMED_PAYLOAD);
    }

    /** The system property {@code long} selects the long form, {@code seed} the messages. */
    @Test
    void damagedFrameIsAFrameOrRefusedByItsReason() {
        int count = Boolean.getBoolean("long") ? 1_000_000 : 20_000;
        long seed = Long.getLong("seed", System.nanoTime());
        DamagedFrames frames = new DamagedFrames(seed, Vectors.messages("frames.jsonl"));
        for (int i = 0; i < count; i++) {
            byte[] message = frames.next();
            try {
                FrameCodecPropertyTests.assertFrameOrRefused(message);
                assertThat(verdict(message)).isEqualTo(FrameLayouts.verdict(message));
            } catch (RuntimeException | Error e) {
                throw new AssertionError(
                        "seed %s: %s".formatted(seed, HexFormat.of().formatHex(message)), e);
            }
        }
    }

    private static int verdict(byte[] message) {
        try {
            Frame _ = FrameCodec.decode(ByteBuffer.wrap(message));
            return FrameLayouts.FRAME;
        } catch (ProtocolException e) {
            return e.reason().code();
        }
    }

    private static List<Bytes> damaged(long seed, int count) {
        DamagedFrames frames = new DamagedFrames(seed, Vectors.messages("frames.jsonl"));
        return Stream.generate(frames::next).limit(count).map(Bytes::wrap).toList();
    }
}
