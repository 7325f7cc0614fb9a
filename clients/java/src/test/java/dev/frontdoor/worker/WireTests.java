package dev.frontdoor.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The codec, held to the vectors that are published beside the conformance suite. */
class WireTests {

    private static final Path VECTORS = Path.of("..", "..", "conformance", "vectors");
    private static final Pattern HEX = Pattern.compile("\"hex\": \"([0-9a-f]*)\"");
    private static final Set<Integer> READ = Set.of(0x02, 0x03, 0x0B, 0x15, 0x18);

    static List<String> frames() throws IOException {
        return Files.readAllLines(VECTORS.resolve("frames.jsonl"));
    }

    static List<String> malformed() throws IOException {
        return Files.readAllLines(VECTORS.resolve("malformed.jsonl"));
    }

    private static byte[] bytes(String line) {
        Matcher hex = HEX.matcher(line);
        assertThat(hex.find()).isTrue();
        return HexFormat.of().parseHex(hex.group(1));
    }

    @ParameterizedTest
    @MethodSource("frames")
    void validFrameIsReadOrIgnored(String line) {
        byte[] message = bytes(line);

        Wire.Frame frame = Wire.decode(message);

        assertThat(frame == Wire.IGNORED).isEqualTo(!READ.contains(message[0] & 0xff));
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void damagedFrameIsRefusedIfItMatters(String line) {
        byte[] message = bytes(line);
        boolean whole =
                message.length >= 10 && ByteBuffer.wrap(message).getInt(6) == message.length - 10;
        boolean read = whole && READ.contains(message[0] & 0xff);
        if (whole && (!read || line.contains("\"verdict\": \"frame\""))) {
            assertThatNoException().isThrownBy(() -> Wire.decode(message));
        } else {
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .isThrownBy(() -> Wire.decode(message));
        }
    }

    @Test
    void everyPrefixOfAFrameIsRefused() {
        byte[] whole =
                HexFormat.of()
                        .parseHex("150000000001000000140000000000000000000000086368617267652035");
        for (int length = 0; length < whole.length; length++) {
            byte[] prefix = java.util.Arrays.copyOf(whole, length);
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .isThrownBy(() -> Wire.decode(prefix));
        }
        assertThat(Wire.decode(whole).type()).isEqualTo(Wire.PUSH);
    }

    @Test
    void registrationHasTheBytesOfTheProtocolPage() {
        Registration registration =
                Registration.of("worker-7")
                        .withNamespaces("billing")
                        .withActivities(new Registration.Activity("charge", "{}", "{}"));

        assertThat(HexFormat.of().formatHex(Wire.register(registration)))
                .isEqualTo(
                        "17000000000000"
                                + "00004f"
                                + "00000001"
                                + "0000000762696c6c696e67"
                                + "0000000764656661756c74"
                                + "00"
                                + "00000001"
                                + "00000006636861726765"
                                + "00000008776f726b65722d37"
                                + "00000001"
                                + "00000006636861726765"
                                + "000000027b7d"
                                + "000000027b7d");
    }

    @Test
    void replyHasTheBytesOfTheProtocolPage() {
        assertThat(HexFormat.of().formatHex(Wire.reply(1, 12, "done".getBytes())))
                .isEqualTo("160000000001" + "00000010" + "000000000000000c" + "00000004646f6e65");
    }

    @Test
    void refusalIsSpelledCanonically() {
        assertThat(
                        Wire.refusalText(
                                Refusal.Code.INVALID,
                                "\"\\/\b\f\n\r\t\u0001\u001f\u007f\u00e9\ud83d\ude80"))
                .isEqualTo(
                        "{\"code\":\"invalid\",\"words\":\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\u007f\u00e9\ud83d\ude80\"}");
    }

    @Test
    void wordsOfARefusalAreCutBetweenTwoCharacters() {
        String words = "x".repeat(1021) + "\ud83d\ude80";

        assertThat(Wire.refusalText(Refusal.Code.BUSY, words))
                .isEqualTo("{\"code\":\"busy\",\"words\":\"" + "x".repeat(1021) + "\"}");
    }

    @Test
    void loneSurrogateIsReplaced() {
        assertThat(Wire.refusalText(Refusal.Code.BUSY, "a\ud83db"))
                .isEqualTo("{\"code\":\"busy\",\"words\":\"a\ufffdb\"}");
    }
}
