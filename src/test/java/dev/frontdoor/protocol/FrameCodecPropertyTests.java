package dev.frontdoor.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.frontdoor.protocol.Frame.PushReply;
import dev.frontdoor.protocol.Frame.WorkerRegister;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/** Properties of every frame and of every byte sequence. */
class FrameCodecPropertyTests {

    private static final int LENGTH_OFFSET = 6;
    private static final int MAX_CLOSE_REASON = 123;
    private static final Set<ReasonCode> REASONS_OF_THE_CODEC =
            EnumSet.of(
                    ReasonCode.INCOMPLETE_HEADER,
                    ReasonCode.INCOMPLETE_PAYLOAD,
                    ReasonCode.STREAM_NOT_ALLOWED,
                    ReasonCode.MALFORMED_PAYLOAD);

    @Property(tries = 5000)
    void everyFrameSurvivesTheWire(@ForAll("frames") Frame frame) {
        byte[] bytes = FrameCodec.encode(frame);

        assertThat(FrameCodec.decode(ByteBuffer.wrap(bytes))).isEqualTo(frame);
    }

    @Property
    void everyFrameSurvivesTheWireFromAnywhereInAnyKindOfBuffer(
            @ForAll("frames") Frame frame,
            @ForAll @IntRange(max = 9) int before,
            @ForAll @IntRange(max = 9) int after) {
        byte[] bytes = FrameCodec.encode(frame);
        int size = before + bytes.length + after;

        for (ByteBuffer buffer :
                new ByteBuffer[] {ByteBuffer.allocate(size), ByteBuffer.allocateDirect(size)}) {
            buffer.position(before).put(bytes).flip().position(before);
            assertThat(FrameCodec.decode(buffer.asReadOnlyBuffer())).isEqualTo(frame);
            assertThat(FrameCodec.decode(buffer.slice())).isEqualTo(frame);
            assertThat(FrameCodec.decode(buffer)).isEqualTo(frame);
            assertThat(buffer.position()).isEqualTo(before + bytes.length);
        }
    }

    @Property
    void aFrameCutShortAnywhereIsIncomplete(@ForAll("frames") Frame frame) {
        byte[] bytes = FrameCodec.encode(frame);

        for (int size = 0; size < bytes.length; size++) {
            ByteBuffer cut = ByteBuffer.wrap(bytes, 0, size);
            assertThatExceptionOfType(ProtocolException.class)
                    .isThrownBy(() -> FrameCodec.decode(cut))
                    .extracting(ProtocolException::reason)
                    .isEqualTo(
                            size < FrameCodec.HEADER_SIZE
                                    ? ReasonCode.INCOMPLETE_HEADER
                                    : ReasonCode.INCOMPLETE_PAYLOAD);
        }
    }

    @Property
    void aPayloadCutShortAnywhereIsAFrameOrRefused(@ForAll("frames") Frame frame) {
        byte[] bytes = FrameCodec.encode(frame);

        for (int size = FrameCodec.HEADER_SIZE; size < bytes.length; size++) {
            byte[] cut = Arrays.copyOf(bytes, size);
            ByteBuffer.wrap(cut).putInt(LENGTH_OFFSET, size - FrameCodec.HEADER_SIZE);
            assertFrameOrRefused(cut);
        }
    }

    @Property(tries = 5000)
    void aChangedByteMakesAFrameOrIsRefused(
            @ForAll("frames") Frame frame,
            @ForAll @IntRange(max = 300) int position,
            @ForAll byte value) {
        byte[] bytes = FrameCodec.encode(frame);
        bytes[position % bytes.length] = value;

        assertFrameOrRefused(bytes);
    }

    @Property(tries = 5000)
    void bytesThatFollowAFrameAreRefused(
            @ForAll("frames") Frame frame, @ForAll @Size(min = 1, max = 40) byte[] more) {
        byte[] bytes = FrameCodec.encode(frame);
        ByteBuffer message =
                ByteBuffer.allocate(bytes.length + more.length).put(bytes).put(more).flip();

        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> FrameCodec.decode(message))
                .extracting(ProtocolException::reason)
                .isEqualTo(ReasonCode.MALFORMED_PAYLOAD);
    }

    @Property(tries = 20_000)
    void anyBytesAreAFrameOrRefused(@ForAll @Size(max = 80) byte[] bytes) {
        assertFrameOrRefused(bytes);
    }

    @Property(tries = 20_000)
    void anyPayloadBehindAGoodHeaderIsAFrameOrRefused(@ForAll("headed") byte[] bytes) {
        assertFrameOrRefused(bytes);
    }

    @Property(tries = 500)
    void aHugeNumberAnywhereAllocatesNothingOfItsSize(
            @ForAll("frames") Frame frame, @ForAll("hugeNumbers") int huge) {
        byte[] bytes = FrameCodec.encode(frame);

        for (int offset = LENGTH_OFFSET; offset + Integer.BYTES <= bytes.length; offset++) {
            byte[] changed = bytes.clone();
            ByteBuffer.wrap(changed).putInt(offset, huge);
            assertThat(Allocations.ofDecoding(changed)).isLessThan(64 * 1024);
        }
    }

    /**
     * A meaning has one form in bytes, but for registrations of older workers; a reply with
     * reserved flags has none.
     */
    static void assertFrameOrRefused(byte[] bytes) {
        Frame frame;
        try {
            frame = FrameCodec.decode(ByteBuffer.wrap(bytes));
        } catch (ProtocolException e) {
            assertThat(e.reason()).isIn(REASONS_OF_THE_CODEC);
            assertThat(e.closeReason().getBytes(StandardCharsets.UTF_8).length)
                    .isLessThanOrEqualTo(MAX_CLOSE_REASON);
            return;
        }
        if (frame instanceof PushReply reply && (reply.flags() & ~PushReply.REFUSAL) != 0) {
            assertThatIllegalArgumentException().isThrownBy(() -> FrameCodec.encode(reply));
            return;
        }
        byte[] encoded = FrameCodec.encode(frame);
        if (frame instanceof WorkerRegister && encoded.length == bytes.length + Integer.BYTES) {
            assertThat(FrameCodec.decode(ByteBuffer.wrap(encoded))).isEqualTo(frame);
        } else {
            assertThat(encoded).isEqualTo(bytes);
        }
    }

    @Provide
    Arbitrary<Frame> frames() {
        return Frames.any();
    }

    @Provide
    Arbitrary<Integer> hugeNumbers() {
        return Arbitraries.of(-1, Integer.MAX_VALUE, Integer.MIN_VALUE, 0x1000_0000);
    }

    /** Small numbers besides any, so that lengths, counts and tags are often plausible. */
    @Provide
    Arbitrary<byte[]> headed() {
        Arbitrary<byte[]> payloads =
                Arbitraries.oneOf(
                        Arbitraries.bytes().array(byte[].class).ofMaxSize(60),
                        Arbitraries.bytes()
                                .between((byte) 0, (byte) 2)
                                .array(byte[].class)
                                .ofMaxSize(60));
        return Combinators.combine(
                        Arbitraries.integers().between(0, 0x21), Arbitraries.bytes(), payloads)
                .as(FrameCodecPropertyTests::withHeader);
    }

    private static byte[] withHeader(int type, byte flags, byte[] payload) {
        int stream = FrameType.of(type).allowsStream(0) ? 0 : 1;
        return ByteBuffer.allocate(FrameCodec.HEADER_SIZE + payload.length)
                .put((byte) type)
                .put(flags)
                .putInt(stream)
                .putInt(payload.length)
                .put(payload)
                .array();
    }
}
