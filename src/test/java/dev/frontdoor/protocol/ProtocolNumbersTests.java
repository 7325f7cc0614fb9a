package dev.frontdoor.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.Arrays;
import java.util.stream.IntStream;

/** The numbers of the wire: frame types, reason codes and versions. */
class ProtocolNumbersTests {

    @ParameterizedTest
    @EnumSource(value = FrameType.class, mode = EnumSource.Mode.EXCLUDE, names = "UNKNOWN")
    void everyFrameTypeIsFoundByItsNumber(FrameType type) {
        assertThat(FrameType.of(type.code())).isSameAs(type);
    }

    @Test
    void frameTypesAreNumberedWithoutGapsAndAllOthersAreUnknown() {
        assertThat(Arrays.stream(FrameType.values()).mapToInt(FrameType::code))
                .containsExactlyElementsOf(
                        IntStream.concat(IntStream.rangeClosed(0x01, 0x19), IntStream.of(-1))
                                .boxed()
                                .toList());
        assertThat(IntStream.concat(IntStream.of(0), IntStream.rangeClosed(0x1A, 0xFF)))
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
        "OTHER, 0xFFFF"
    })
    void reasonCodesAreThoseOfTheWire(ReasonCode reason, String hex) {
        assertThat(reason.hex()).isEqualTo(hex);
        assertThat(reason.code()).isEqualTo(Integer.decode(hex));
        assertThat(ReasonCode.values()).hasSize(10);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 0, 1, 0, true",
        "0, 9, 1, 0, true",
        "1, 0, 2, 3, true",
        "0, 0, 65535, 65535, true",
        "1, 1, 2, 0, false",
        "0, 1, 0, 65535, false",
        "2, 0, 1, 0, false",
        "1, 1, 1, 0, false"
    })
    void aVersionIsWithinARangeWithBothItsEnds(
            int minMajor, int minMinor, int maxMajor, int maxMinor, boolean within) {
        ProtocolVersion min = new ProtocolVersion(minMajor, minMinor);
        ProtocolVersion max = new ProtocolVersion(maxMajor, maxMinor);

        assertThat(ProtocolVersion.V1_0.isWithin(min, max)).isEqualTo(within);
    }

    @Test
    void aVersionIsTwoUnsignedNumbersOf16Bits() {
        assertThat(new ProtocolVersion(0, 65535)).hasToString("0.65535");
        assertThatIllegalArgumentException().isThrownBy(() -> new ProtocolVersion(-1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new ProtocolVersion(0, 65536));
    }
}
