package dev.frontdoor.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.frontdoor.protocol.Frame.Connect;
import dev.frontdoor.protocol.Frame.Push;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;

class BytesTests {

    @Test
    void aTokenOrPayloadIsNotToldByToString() {
        Bytes secret = Bytes.copyOf("hush-hush".getBytes(StandardCharsets.UTF_8));

        assertThat(secret).hasToString("Bytes[9]");
        assertThat(new Connect(0, ProtocolVersion.V1_0, ProtocolVersion.V1_0, secret).toString())
                .contains("Bytes[9]")
                .doesNotContain("hush", secret.toHex());
        assertThat(new Push(0, 1, 1, secret).toString()).doesNotContain("hush", secret.toHex());
    }

    @Test
    void laterChangesOfAnArrayDoNotReachIt() {
        byte[] source = {1, 2};
        Bytes bytes = Bytes.copyOf(source);
        source[0] = 9;
        bytes.toByteArray()[1] = 9;

        assertThat(bytes.toByteArray()).containsExactly(1, 2);
    }

    @Test
    void bytesAreComparedByContent() {
        assertThat(Bytes.ofHex("0aFF"))
                .isEqualTo(Bytes.copyOf(new byte[] {10, -1}))
                .hasSameHashCodeAs(Bytes.copyOf(new byte[] {10, -1}))
                .isNotEqualTo(Bytes.ofHex("0a"))
                .isNotEqualTo("0aff")
                .extracting(Bytes::toHex)
                .isEqualTo("0aff");
        assertThat(Bytes.ofHex("")).isSameAs(Bytes.EMPTY);
        assertThat(Bytes.EMPTY.size()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "zz", "0 0"})
    void whatIsNotHexadecimalIsRefused(String hex) {
        assertThatIllegalArgumentException().isThrownBy(() -> Bytes.ofHex(hex));
    }
}
