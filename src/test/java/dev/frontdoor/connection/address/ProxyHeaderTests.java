package dev.frontdoor.connection.address;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.frontdoor.registration.settings.ProxyProtocol;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Channels that begin with a header of the PROXY protocol, or with something else. */
class ProxyHeaderTests {

    private static final InetSocketAddress PROXY = new InetSocketAddress("10.0.0.1", 40_000);
    private static final InetSocketAddress STRANGER = new InetSocketAddress("192.0.2.9", 40_000);
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
    private static final String REQUEST = "GET /liminal HTTP/1.1\r\n";

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final ChannelFrom fromProxy = new ChannelFrom(PROXY);
    private final ChannelFrom fromStranger = new ChannelFrom(STRANGER);
    private boolean served = true;

    @AfterEach
    void release() {
        boolean _ = fromProxy.finishAndReleaseAll();
        boolean _ = fromStranger.finishAndReleaseAll();
    }

    record Header(String name, String content, String address) {

        byte[] bytes() {
            return content.getBytes(ISO_8859_1);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Header> headers() {
        return Stream.of(
                new Header(
                        "version 1, IPv4",
                        "PROXY TCP4 203.0.113.9 10.0.0.2 51234 443\r\n",
                        "203.0.113.9:51234"),
                new Header(
                        "version 1, IPv6",
                        "PROXY TCP6 2001:db8::1 2001:db8::2 51234 443\r\n",
                        "[2001:db8::1]:51234"),
                new Header("version 1, unknown", "PROXY UNKNOWN\r\n", "10.0.0.1:40000"),
                new Header(
                        "version 2, IPv4",
                        version2("21", "11", "cb007109" + "0a000002" + "c822" + "01bb"),
                        "203.0.113.9:51234"),
                new Header(
                        "version 2, IPv6",
                        version2(
                                "21",
                                "21",
                                "20010db8000000000000000000000001"
                                        + "20010db8000000000000000000000002"
                                        + "c822"
                                        + "01bb"),
                        "[2001:db8::1]:51234"),
                new Header(
                        "version 2, with extensions",
                        version2(
                                "21",
                                "11",
                                "cb007109" + "0a000002" + "c822" + "01bb" + "ea000401020304"),
                        "203.0.113.9:51234"),
                new Header("version 2, LOCAL", version2("20", "00", ""), "10.0.0.1:40000"),
                new Header(
                        "version 2, LOCAL with an address",
                        version2("20", "11", "cb007109" + "0a000002" + "c822" + "01bb"),
                        "10.0.0.1:40000"),
                new Header("version 2, unspecified", version2("21", "00", ""), "10.0.0.1:40000"),
                new Header(
                        "version 2, UNIX",
                        version2("21", "31", "2f".repeat(216)),
                        "10.0.0.1:40000"));
    }

    @ParameterizedTest
    @MethodSource("headers")
    void headerOfATrustedProxyNamesTheAddress(Header header) {
        for (ProxyProtocol protocol : List.of(ProxyProtocol.OPTIONAL, ProxyProtocol.REQUIRED)) {
            ChannelFrom channel = new ChannelFrom(PROXY);
            ClientAddresses addresses = expectHeader(protocol, channel);
            receive(channel, header.bytes());
            receive(channel, REQUEST.getBytes(US_ASCII));

            expectOpen(channel, REQUEST);
            assertThat(addresses.of(channel, List.of())).isEqualTo(header.address());
        }
    }

    @ParameterizedTest
    @MethodSource("headers")
    void headerMayArriveInPiecesOrWithWhatFollows(Header header) {
        byte[] all = (header.content() + REQUEST).getBytes(ISO_8859_1);
        for (int size : new int[] {1, 7, all.length}) {
            ChannelFrom channel = new ChannelFrom(PROXY);
            ClientAddresses addresses = expectHeader(ProxyProtocol.REQUIRED, channel);
            for (int start = 0; start < all.length; start += size) {
                receive(
                        channel,
                        Arrays.copyOfRange(all, start, Math.min(start + size, all.length)));
            }

            expectOpen(channel, REQUEST);
            assertThat(addresses.of(channel, List.of())).isEqualTo(header.address());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    203.0.113.9 | 203.0.113.9:51234
                    10.9.9.9    | 198.51.100.7
                    """)
    void forwardedAddressCountsIfTheProxiedOneIsAProxysToo(String proxied, String client) {
        ClientAddresses addresses = expectHeader(ProxyProtocol.REQUIRED, fromProxy);
        receive(
                fromProxy,
                "PROXY TCP4 %s 10.0.0.2 51234 443\r\n".formatted(proxied).getBytes(US_ASCII));

        assertThat(addresses.of(fromProxy, List.of("198.51.100.7"))).isEqualTo(client);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY TCP4 203.0.113.9 10.0.0.2 51234\r\n",
                "PROXY TCP4 203.0.113.999 10.0.0.2 51234 443\r\n",
                "PROXY TCP4 2001:db8::1 10.0.0.2 51234 443\r\n",
                "PROXY TCP4 203.0.113.9 10.0.0.2 70000 443\r\n",
                "PROXY TCP5 203.0.113.9 10.0.0.2 51234 443\r\n",
                "PROXY UDP4 203.0.113.9 10.0.0.2 51234 443\r\n",
                "PROXY  \r\n          "
            })
    void damagedHeaderOfVersion1ClosesTheConnection(String header) {
        ClientAddresses _ = expectHeader(ProxyProtocol.OPTIONAL, fromProxy);
        receive(fromProxy, header.getBytes(US_ASCII));

        expectClosed(fromProxy, "malformed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "31" + "11" + "000c" + "cb0071090a000002c82201bb",
                "22" + "11" + "000c" + "cb0071090a000002c82201bb",
                "21" + "41" + "000c" + "cb0071090a000002c82201bb",
                "21" + "11" + "000b" + "cb0071090a000002c82201",
                "21" + "21" + "000c" + "cb0071090a000002c82201bb",
                "21" + "11" + "0013" + "cb0071090a000002c82201bb" + "ea00ff01020304",
                "21" + "11" + "ffff" + "00"
            })
    void damagedHeaderOfVersion2ClosesTheConnection(String rest) {
        ClientAddresses _ = expectHeader(ProxyProtocol.OPTIONAL, fromProxy);
        receive(fromProxy, HexFormat.of().parseHex(SIGNATURE + rest));
        for (int i = 0; i < 8 && fromProxy.isActive(); i++) {
            receive(fromProxy, new byte[1024]);
        }

        expectClosed(fromProxy, "malformed");
    }

    @ParameterizedTest
    @EnumSource(names = {"OPTIONAL", "REQUIRED"})
    void headerWithoutAnEndClosesTheConnection(ProxyProtocol protocol) {
        ClientAddresses _ = expectHeader(protocol, fromProxy);
        receive(fromProxy, "PROXY TCP4 ".getBytes(US_ASCII));
        receive(fromProxy, "1".repeat(200).getBytes(US_ASCII));

        expectClosed(fromProxy, "malformed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "P", "PROXY TCP4 203.0.113.9"})
    void headerThatIsLateClosesTheConnection(String sofar) {
        ClientAddresses _ = expectHeader(ProxyProtocol.REQUIRED, fromProxy);
        receive(fromProxy, sofar.getBytes(US_ASCII));
        fromProxy.advanceTimeBy(9, TimeUnit.SECONDS);
        fromProxy.runPendingTasks();
        assertThat(fromProxy.isActive()).isTrue();
        fromProxy.advanceTimeBy(1, TimeUnit.SECONDS);
        fromProxy.runPendingTasks();

        expectClosed(fromProxy, "too_slow");
    }

    @ParameterizedTest
    @ValueSource(strings = {REQUEST, "PROXIES\r\n", "\u0013\u0000\u0000", "\r\n\r\nGET"})
    void whatIsNoHeaderIsPassedOnOrClosesTheConnection(String text) {
        ChannelFrom optional = new ChannelFrom(PROXY);
        ClientAddresses addresses = expectHeader(ProxyProtocol.OPTIONAL, optional);
        receive(optional, text.getBytes(US_ASCII));
        optional.advanceTimeBy(1, TimeUnit.MINUTES);
        optional.runPendingTasks();
        expectOpen(optional, text);
        assertThat(addresses.of(optional, List.of())).isEqualTo("10.0.0.1:40000");

        ClientAddresses _ = expectHeader(ProxyProtocol.REQUIRED, fromProxy);
        receive(fromProxy, text.getBytes(US_ASCII));
        expectClosed(fromProxy, "missing");
    }

    @ParameterizedTest
    @MethodSource("headers")
    void strangerIsNotBelieved(Header header) {
        ClientAddresses addresses = expectHeader(ProxyProtocol.OPTIONAL, fromStranger);
        receive(fromStranger, header.bytes());

        expectOpen(fromStranger, header.content());
        assertThat(addresses.of(fromStranger, List.of())).isEqualTo("192.0.2.9:40000");

        ChannelFrom other = new ChannelFrom(STRANGER);
        ClientAddresses _ = expectHeader(ProxyProtocol.REQUIRED, other);
        other.runPendingTasks();
        expectClosed(other, "not_trusted");
    }

    /** The channel may be closed a little later. */
    @ParameterizedTest
    @MethodSource("headers")
    void nothingIsPassedOnIfTheAddressIsNotServed(Header header) {
        served = false;
        ClientAddresses addresses = expectHeader(ProxyProtocol.OPTIONAL, fromProxy);
        receive(fromProxy, (header.content() + REQUEST).getBytes(ISO_8859_1));
        receive(fromProxy, REQUEST.getBytes(US_ASCII));

        if (header.address().equals("10.0.0.1:40000")) {
            expectOpen(fromProxy, REQUEST + REQUEST);
        } else {
            assertThat(fromProxy.inboundMessages()).isEmpty();
            assertThat(addresses.of(fromProxy, List.of())).isEqualTo(header.address());
        }
    }

    @Test
    void nothingOfAStrangerIsPassedOnBeforeItsChannelIsClosed() {
        ClientAddresses _ = expectHeader(ProxyProtocol.REQUIRED, fromStranger);
        ByteBuf request = Unpooled.copiedBuffer(REQUEST, US_ASCII);
        var _ = fromStranger.pipeline().fireChannelRead(request);

        assertThat(fromStranger.inboundMessages()).isEmpty();
        assertThat(request.refCnt()).isZero();
        fromStranger.runPendingTasks();
        expectClosed(fromStranger, "not_trusted");
    }

    private ClientAddresses expectHeader(ProxyProtocol protocol, ChannelFrom channel) {
        ClientAddresses addresses =
                new ClientAddresses(
                        new TrustedProxies(List.of("10.0.0.0/8")),
                        Duration.ofSeconds(10),
                        new ProxyHeaderMetrics(meters));
        channel.freezeTime();
        addresses.expectHeader(channel, protocol, _ -> served);
        return addresses;
    }

    private static void receive(ChannelFrom channel, byte[] bytes) {
        if (channel.isActive()) {
            boolean _ = channel.writeInbound(Unpooled.copiedBuffer(bytes));
        }
    }

    /** Expects that exactly this text has been passed on, and that no handler is left. */
    private void expectOpen(ChannelFrom channel, String text) {
        ByteArrayOutputStream passed = new ByteArrayOutputStream();
        for (ByteBuf part = channel.readInbound(); part != null; part = channel.readInbound()) {
            passed.writeBytes(ByteBufUtil.getBytes(part));
            part.release();
        }
        assertThat(passed.toString(ISO_8859_1)).isEqualTo(text);
        assertThat(channel.isActive()).isTrue();
        assertThat(channel.pipeline().first()).isNull();
        assertThat(meters.find("frontdoor.proxy.headers.refused").counters())
                .allSatisfy(counter -> assertThat(counter.count()).isZero());
        boolean _ = channel.finishAndReleaseAll();
    }

    private void expectClosed(ChannelFrom channel, String reason) {
        assertThat(channel.isActive()).isFalse();
        assertThat(channel.inboundMessages()).isEmpty();
        assertThat(meters.find("frontdoor.proxy.headers.refused").counters())
                .allSatisfy(counter ->
                        assertThat(counter.count())
                                .isEqualTo(
                                        reason.equals(counter.getId().getTag("reason")) ? 1 : 0));
    }

    private static String version2(String command, String family, String rest) {
        String size = HexFormat.of().toHexDigits((short) (rest.length() / 2));
        return new String(
                HexFormat.of().parseHex(SIGNATURE + command + family + size + rest), ISO_8859_1);
    }
}
