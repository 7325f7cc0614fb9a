package dev.frontdoor.registration;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RemoteAddressTests {

    @ParameterizedTest
    @CsvSource({
        "192.0.2.4:4711, 192.0.2.4",
        "192.0.2.4, 192.0.2.4",
        "[2001:db8::1]:4711, [2001:db8::1]",
        "2001:db8::1, 2001:db8::1",
        "unknown, unknown",
        ":4711, ''"
    })
    void hostIsTheAddressWithoutItsPort(String address, String host) {
        assertThat(RemoteAddress.host(address)).isEqualTo(host);
    }
}
