package dev.frontdoor.connection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectionsPerAddressTests {

    private final ConnectionsPerAddress addresses = new ConnectionsPerAddress(3);

    @Test
    void oneNetworkOf64BitsMayHaveAsManyAsOneAddress() {
        int admitted = 0;
        for (int i = 1; i <= 8; i++) {
            admitted += addresses.opened("2001:db8:0:7:%x::%x".formatted(i, i)) ? 0 : 1;
        }

        assertThat(admitted).isEqualTo(3);
        assertThat(addresses.opened("2001:db8:0:8::1")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 192.0.2.1:4711",
        "192.0.2.1:4711, ::ffff:192.0.2.1",
        "192.0.2.1, [::ffff:c000:201]:4711",
        "2001:db8::1, [2001:db8::1]:4711",
        "2001:db8::1, 2001:DB8:0:0:1:2:3:4",
        "local:here, local:here"
    })
    void oneAddressCountsOnceInAllItsForms(String one, String other) {
        assertThat(addresses.opened(one)).isFalse();
        assertThat(addresses.opened(other)).isFalse();
        assertThat(addresses.opened(one)).isFalse();
        assertThat(addresses.opened(other)).isTrue();

        addresses.ended(one);
        addresses.ended(other);
        assertThat(addresses.opened(other)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 192.0.2.2",
        "::ffff:192.0.2.1, ::ffff:192.0.2.2",
        "192.0.2.1, ::1",
        "2001:db8::1, 2001:db8:0:1::1"
    })
    void otherAddressesAreNotAffected(String one, String other) {
        for (int i = 0; i < 4; i++) {
            boolean _ = addresses.opened(one);
        }

        assertThat(addresses.opened(one)).isTrue();
        assertThat(addresses.opened(other)).isFalse();
    }
}
