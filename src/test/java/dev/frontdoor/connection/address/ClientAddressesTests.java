package dev.frontdoor.connection.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.frontdoor.registration.settings.ProxyProtocol;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.local.LocalAddress;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;

class ClientAddressesTests {

    private static final InetSocketAddress PROXY = new InetSocketAddress("10.0.0.1", 40_000);
    private static final InetSocketAddress STRANGER = new InetSocketAddress("192.0.2.9", 40_000);

    private final ClientAddresses behindProxies = behind("10.0.0.0/8", "::1");

    @Test
    void socketsAddressIsTakenWithItsPort() {
        assertThat(of(behind(), STRANGER, List.of())).isEqualTo("192.0.2.9:40000");
        assertThat(of(behind(), new InetSocketAddress("2001:db8::9", 40_000), List.of()))
                .isEqualTo("[2001:db8::9]:40000");
    }

    @Test
    void nobodyIsBelievedUnlessTrusted() {
        assertThat(of(behindProxies, STRANGER, List.of("198.51.100.1")))
                .isEqualTo("192.0.2.9:40000");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
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
        assertThat(of(behindProxies, PROXY, List.of(forwardedFor))).isEqualTo(client);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            textBlock =
                    """
                    203.0.113.9:51234                              | 203.0.113.9
                    [2001:db8::1]:443                              | 2001:db8::1
                    [2001:db8::1]                                  | 2001:db8::1
                    "[2001:db8::1]:443"                            | 2001:db8::1
                    "203.0.113.9"                                  | 203.0.113.9
                    2001:db8:1:2:3:4:5:6:51234                     | 2001:db8:1:2:3:4:5:6
                    2001:DB8::21f:5bff:febf:ce22                   | 2001:db8::21f:5bff:febf:ce22
                    ::ffff:203.0.113.9                             | 203.0.113.9
                    [::ffff:203.0.113.9]:443                       | 203.0.113.9
                    fe80::1%eth0                                   | fe80::1
                    192.0.2.4, 203.0.113.9:4711, 10.1.1.1          | 203.0.113.9
                    192.0.2.4, 203.0.113.9:4711, 10.1.1.1:80,[::1]:9 | 203.0.113.9
                    203.0.113.9:4711, ::ffff:10.1.1.1              | 203.0.113.9
                    , 203.0.113.9,, ,10.1.1.1,                     | 203.0.113.9
                    """)
    void addressMayHaveAnyFormThatProxiesSend(String forwardedFor, String client) {
        assertThat(of(behindProxies, PROXY, List.of(forwardedFor))).isEqualTo(client);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "unknown",
                "_hidden",
                "_hidden:51234",
                "worker.example",
                "203.0.113.9:",
                "203.0.113.9:x",
                "203.0.113.9:123456",
                "[2001:db8::1",
                "[2001:db8::1]x",
                "[203.0.113.9]:443",
                "[]",
                "\"",
                "for=203.0.113.9",
                "203.0.113",
                "203.0.113.9 198.51.100.1"
            })
    void whatIsNoAddressEndsTheSearchAtTheProxyThatSentIt(String hop) {
        assertThat(of(behindProxies, PROXY, List.of("198.51.100.1, " + hop + ", 10.1.1.1")))
                .isEqualTo("10.1.1.1");
        assertThat(of(behindProxies, PROXY, List.of(hop))).isEqualTo("10.0.0.1:40000");
    }

    @Test
    void severalHeadersAreOneList() {
        assertThat(of(behindProxies, PROXY, List.of("203.0.113.7", "198.51.100.1", "10.1.1.1")))
                .isEqualTo("198.51.100.1");
        assertThat(of(behindProxies, PROXY, List.of("198.51.100.1", ""))).isEqualTo("198.51.100.1");
    }

    @Test
    void emptyHeaderTellsNothing() {
        assertThat(of(behindProxies, PROXY, List.of(""))).isEqualTo("10.0.0.1:40000");
    }

    @Test
    void addressOfAnotherKindIsShownAsItIs() {
        assertThat(of(behindProxies, new LocalAddress("here"), List.of("198.51.100.1")))
                .isEqualTo("local:here");
    }

    @ParameterizedTest
    @ValueSource(strings = {"proxy.example", "10.0.0.0/33", "10.0.0.0/x", "10.0.0/8", ""})
    void whatIsNoRangeIsRefused(String range) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> behind(range))
                .withMessageContaining("frontdoor.limits.trusted-proxies")
                .withMessageContaining("'" + range + "'");
    }

    @ParameterizedTest
    @CsvSource({"OPTIONAL", "REQUIRED"})
    void proxyProtocolNeedsSenders(ProxyProtocol protocol) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> behind().requireProxies("frontdoor.x", protocol))
                .withMessageContaining("frontdoor.x")
                .withMessageContaining("frontdoor.limits.trusted-proxies");
    }

    private static ClientAddresses behind(String... proxies) {
        return new ClientAddresses(
                new TrustedProxies(List.of(proxies)),
                Duration.ofSeconds(10),
                new ProxyHeaderMetrics(new SimpleMeterRegistry()));
    }

    private static String of(
            ClientAddresses addresses, SocketAddress peer, List<String> forwardedFor) {
        return addresses.of(new ChannelFrom(peer), forwardedFor);
    }
}
