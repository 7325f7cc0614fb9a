package dev.frontdoor.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The numbers of the wire: frame types, reason codes and versions. */
class ProtocolNumbersTests {

    @ParameterizedTest
    @EnumSource(value = FrameType.class, mode = EnumSource.Mode.EXCLUDE, names = "UNKNOWN")
    void everyFrameTypeIsFoundByItsNumber(FrameType type) {
        assertThat(FrameType.of(type.code())).isSameAs(type);
    }

    @Test
    void frameTypesHaveTheNumbersOfTheWireAndAllOthersAreUnknown() {
        Set<Integer> codes =
                Arrays.stream(FrameType.values()).map(FrameType::code).collect(Collectors.toSet());

        assertThat(IntStream.rangeClosed(0x00, 0xFF).filter(code -> !codes.contains(code)))
                .containsExactlyElementsOf(
                        IntStream.concat(
                                        IntStream.of(0x00, 0x1A, 0x1B, 0x1C),
                                        IntStream.rangeClosed(0x21, 0xFF))
                                .boxed()
                                .toList())
                .allMatch(code -> FrameType.of(code) == FrameType.UNKNOWN);
    }

    @ParameterizedTest
    @CsvSource({
        "INCOMPLETE_HEADER, 0x0001",
        "INCOMPLETE_PAYLOAD, 0x0002",
        "UNKNOWN_TYPE, 0x0003",
        "STREAM_NOT_ALLOWED, 0x0004",
        "NOT_ALLOWED_IN_STATE, 0x0005",
        "AUTHENTICATION_FAILED, 0x0006",
        "NO_COMMON_VERSION, 0x0007",
        "SCHEMA_INCOMPATIBLE, 0x0008",
        "MALFORMED_PAYLOAD, 0x0009",
        "PUBLICATION_UNCERTAIN, 0x0103",
        "WORKER_BUSY, 0x0401",
        "WORKER_INVALID, 0x0402",
        "WORKER_UNAVAILABLE, 0x0403",
        "WORKER_INTERNAL, 0x0404",
        "OTHER, 0xFFFF"
    })
    void reasonCodesAreThoseOfTheWire(ReasonCode reason, String hex) {
        assertThat(reason.hex()).isEqualTo(hex);
        assertThat(reason.code()).isEqualTo(Integer.decode(hex));
        assertThat(ReasonCode.values()).hasSize(15);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 0, 1, 0, 1.0",
        "0, 9, 1, 0, 1.0",
        "1, 0, 1, 1, 1.1",
        "1, 1, 1, 1, 1.1",
        "0, 0, 1, 2, 1.2",
        "1, 0, 1, 3, 1.3",
        "1, 3, 1, 9, 1.3",
        "1, 0, 2, 0, 1.3",
        "0, 0, 65535, 65535, 1.3",
        "1, 4, 2, 0,",
        "0, 1, 0, 65535,",
        "2, 0, 1, 0,",
        "1, 2, 1, 1,"
    })
    void theHighestVersionOfARangeIsSelected(
            int minMajor, int minMinor, int maxMajor, int maxMinor, @Nullable String highest) {
        ProtocolVersion selected =
                ProtocolVersion.highestWithin(
                        new ProtocolVersion(minMajor, minMinor),
                        new ProtocolVersion(maxMajor, maxMinor));

        assertThat(Objects.toString(selected, null)).isEqualTo(highest);
    }

    @Test
    void aVersionIsTwoUnsignedNumbersOf16Bits() {
        assertThat(new ProtocolVersion(0, 65535)).hasToString("0.65535");
        assertThatIllegalArgumentException().isThrownBy(() -> new ProtocolVersion(-1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new ProtocolVersion(0, 65536));
    }
}
