package dev.frontdoor.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.netty.channel.local.LocalAddress;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.InetSocketAddress;
import java.util.List;

class ClientAddressTests {

    private static final InetSocketAddress PROXY = new InetSocketAddress("10.0.0.1", 40_000);
    private static final InetSocketAddress STRANGER = new InetSocketAddress("192.0.2.9", 40_000);

    private final ClientAddress behindProxies = new ClientAddress(List.of("10.0.0.0/8", "::1"));

    @Test
    void socketsAddressIsTakenWithItsPort() {
        assertThat(new ClientAddress(List.of()).of(STRANGER, List.of()))
                .isEqualTo("192.0.2.9:40000");
    }

    @Test
    void nobodyIsBelievedUnlessTrusted() {
        assertThat(behindProxies.of(STRANGER, List.of("198.51.100.1")))
                .isEqualTo("192.0.2.9:40000");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    198.51.100.1                           | 198.51.100.1
                    203.0.113.7, 198.51.100.1              | 198.51.100.1
                    198.51.100.1,10.9.9.9                  | 198.51.100.1
                    198.51.100.1 , 10.9.9.9 ,10.1.1.1      | 198.51.100.1
                    10.9.9.9                               | 10.9.9.9
                    10.9.9.9, 10.1.1.1                     | 10.9.9.9
                    2001:db8:0:0::1, 10.1.1.1              | 2001:db8::1
                    unknown, 10.1.1.1                      | 10.1.1.1
                    198.51.100.1, unknown                  | 10.0.0.1:40000
                    """)
    void lastAddressThatIsNoProxysCounts(String forwardedFor, String client) {
        assertThat(behindProxies.of(PROXY, List.of(forwardedFor))).isEqualTo(client);
    }

    @Test
    void severalHeadersAreOneList() {
        assertThat(behindProxies.of(PROXY, List.of("203.0.113.7", "198.51.100.1", "10.1.1.1")))
                .isEqualTo("198.51.100.1");
    }

    @Test
    void emptyHeaderTellsNothing() {
        assertThat(behindProxies.of(PROXY, List.of(""))).isEqualTo("10.0.0.1:40000");
    }

    @Test
    void addressOfAnotherKindIsShownAsItIs() {
        assertThat(behindProxies.of(new LocalAddress("here"), List.of("198.51.100.1")))
                .isEqualTo("local:here");
    }

    @ParameterizedTest
    @ValueSource(strings = {"proxy.example", "10.0.0.0/33", "10.0.0.0/x", "10.0.0/8", ""})
    void whatIsNoRangeIsRefused(String range) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ClientAddress(List.of(range)))
                .withMessageContaining("frontdoor.limits.trusted-proxies")
                .withMessageContaining("'" + range + "'");
    }
}
