package dev.frontdoor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The codec beside liminal's own, which {@code interop/run.sh} builds. */
@EnabledIfSystemProperty(
        named = "interop.codec",
        matches = ".+",
        disabledReason = "interop/run.sh runs this")
@Timeout(300)
class ReferenceCodecTests {

    private static final int DAMAGED_FRAMES = 100_000;
    private static final int MAX_SHOWN = 10;
    private static final String REFUSED = "error ";

    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"frames.jsonl", "malformed.jsonl"})
    void everyVectorGetsTheSameVerdict(String file) throws Exception {
        assertSameVerdicts(Vectors.messages(file));
    }

    @Test
    void everyDamagedFrameGetsTheSameVerdict() throws Exception {
        long seed = Long.parseLong(System.getProperty("interop.seed", ""));
        DamagedFrames frames = new DamagedFrames(seed, Vectors.messages("frames.jsonl"));

        assertSameVerdicts(Stream.generate(frames::next).limit(DAMAGED_FRAMES).toList());
    }

    private void assertSameVerdicts(List<byte[]> messages) throws Exception {
        List<String> theirs = verdictsOfLiminal(messages);
        assertThat(theirs).hasSameSizeAs(messages);
        List<String> disagreements = new ArrayList<>();
        int refused = 0;
        for (int i = 0; i < messages.size(); i++) {
            String ours = verdict(messages.get(i));
            if (!ours.equals(theirs.get(i))) {
                disagreements.add(
                        "%s%n  here:    %s%n  liminal: %s"
                                .formatted(hex(messages.get(i)), ours, theirs.get(i)));
            }
            refused += ours.startsWith(REFUSED) ? 1 : 0;
        }
        System.out.printf(
                "interop: %d messages, %d of them refused, %d disagreements%n",
                messages.size(), refused, disagreements.size());
        assertThat(disagreements.stream().limit(MAX_SHOWN)).isEmpty();
    }

    private List<String> verdictsOfLiminal(List<byte[]> messages) throws Exception {
        Path input = folder.resolve("messages");
        Path output = folder.resolve("verdicts");
        Files.write(input, messages.stream().map(ReferenceCodecTests::hex).toList());
        Process codec =
                new ProcessBuilder(System.getProperty("interop.codec"))
                        .redirectInput(input.toFile())
                        .redirectOutput(output.toFile())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try {
            assertThat(codec.waitFor(120, TimeUnit.SECONDS)).as("it ends in time").isTrue();
        } finally {
            codec.destroyForcibly();
        }
        assertThat(codec.exitValue()).isZero();
        return Files.readAllLines(output);
    }

    /** The type of a message and its bytes when encoded again, or the reason of its refusal. */
    private static String verdict(byte[] message) {
        try {
            Frame frame = FrameCodec.decode(ByteBuffer.wrap(message));
            return name(frame.type()) + " " + encoded(frame);
        } catch (ProtocolException e) {
            return REFUSED + e.reason().code();
        } catch (RuntimeException e) {
            return "threw " + e;
        }
    }

    private static String encoded(Frame frame) {
        try {
            return hex(FrameCodec.encode(frame));
        } catch (IllegalArgumentException e) {
            return "-";
        }
    }

    /** A type's name in liminal: {@code PushReply} for {@code PUSH_REPLY}. */
    private static String name(FrameType type) {
        return Arrays.stream(type.name().split("_"))
                .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
                .collect(Collectors.joining());
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
