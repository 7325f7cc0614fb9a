package dev.frontdoor.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.connection.address.ChannelFrom;
import dev.frontdoor.logging.LoggedOutputExtension;
import dev.frontdoor.registration.settings.ProxyProtocol;
import dev.frontdoor.test.server.ServiceContext;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

@ExtendWith(LoggedOutputExtension.class)
class TcpConnectionsTests {

    private static final int RESERVE = 64;

    @AutoClose
    private final ServiceContext service =
            new ServiceContext(
                    "frontdoor.limits.max-connections=10",
                    "frontdoor.limits.max-connections-per-address=2",
                    "frontdoor.limits.trusted-proxies=10.0.0.0/8");

    private final TcpConnections connections = service.bean(TcpConnections.class);

    @Test
    void allTogetherMayExceedTheLimitOfWorkersByAReserve() {
        List<ChannelFrom> open = new ArrayList<>();
        for (int i = 0; i < 10 + RESERVE; i++) {
            open.add(accepted("192.0.2." + i));
        }
        assertThat(service.value("frontdoor.tcp.connections")).isEqualTo(10 + RESERVE);
        assertThat(service.value("frontdoor.tcp.connections.limit")).isEqualTo(10 + RESERVE);

        assertRefused(from("198.51.100.1"));
        assertThat(refused("total")).isOne();
        close(open.getFirst());
        assertThat(accepted("198.51.100.1").isOpen()).isTrue();
    }

    @Test
    void addressMayExceedItsLimitByOne() {
        ChannelFrom first = accepted("192.0.2.1");
        ChannelFrom _ = accepted("192.0.2.1");
        ChannelFrom _ = accepted("192.0.2.1");
        assertRefused(from("192.0.2.1"));
        assertThat(refused("address")).isOne();
        ChannelFrom _ = accepted("192.0.2.2");

        close(first);
        ChannelFrom _ = accepted("192.0.2.1");
        assertRefused(from("192.0.2.1"));
    }

    @Test
    void proxyCountsInTotalOnly() {
        for (int i = 0; i < 10 + RESERVE; i++) {
            ChannelFrom _ = accepted("10.0.0.1");
        }
        assertRefused(from("10.0.0.1"));
        assertThat(refused("address")).isZero();
        assertThat(refused("total")).isOne();
    }

    @Test
    void clientBehindAProxyCountsOnceItIsKnown() {
        for (int i = 0; i < 3; i++) {
            assertThat(connections.identify(accepted("10.0.0.1"), "192.0.2.1")).isTrue();
        }
        ChannelFrom fourth = accepted("10.0.0.1");
        assertThat(connections.identify(fourth, "192.0.2.1")).isFalse();
        fourth.runPendingTasks();
        assertThat(fourth.isOpen()).isFalse();
        assertRefused(from("192.0.2.1"));
        assertThat(connections.identify(accepted("10.0.0.1"), "192.0.2.2")).isTrue();
    }

    @Test
    void addressOfAProxyHeaderCountsAndGivesWayToOneThatIsForwarded() {
        List<ChannelFrom> open = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            ChannelFrom channel = accepted("10.0.0.1");
            sendHeader(channel);
            open.add(channel);
        }
        ChannelFrom fourth = accepted("10.0.0.1");
        sendHeader(fourth);
        assertThat(fourth.isOpen()).isFalse();

        assertThat(connections.identify(open.getFirst(), "192.0.2.9")).isTrue();
        ChannelFrom _ = accepted("192.0.2.7");
        open.forEach(TcpConnectionsTests::close);
        for (int i = 0; i < 2; i++) {
            ChannelFrom _ = accepted("192.0.2.7");
        }
        assertRefused(from("192.0.2.7"));
    }

    @Test
    void refusalsAreSummedUpInTheLog(CapturedOutput output) {
        for (int i = 0; i < 3; i++) {
            ChannelFrom _ = accepted("192.0.2.1");
        }
        for (int i = 0; i < 100; i++) {
            assertRefused(from("192.0.2.1"));
        }
        assertThat(
                        output.toString()
                                .lines()
                                .filter(line ->
                                        line.contains("closing a TCP connection of 192.0.2.1")))
                .hasSizeBetween(1, 10)
                .first()
                .asString()
                .endsWith(
                        "to port embedded: the limit of TCP connections from one address is reached");
        assertThat(service.value("frontdoor.tcp.connections")).isEqualTo(3);
    }

    private static void sendHeader(ChannelFrom channel) {
        boolean _ =
                channel.writeInbound(
                        Unpooled.copiedBuffer(
                                "PROXY TCP4 192.0.2.7 192.0.2.8 1 2\r\n",
                                StandardCharsets.US_ASCII));
        channel.runPendingTasks();
    }

    private ChannelFrom accepted(String address) {
        ChannelFrom channel = from(address);
        assertThat(connections.admit(channel)).isTrue();
        connections.expectHeader(channel, ProxyProtocol.OPTIONAL);
        channel.runPendingTasks();
        assertThat(channel.isOpen()).isTrue();
        return channel;
    }

    private void assertRefused(ChannelFrom channel) {
        assertThat(connections.admit(channel)).isFalse();
        assertThat(channel.isOpen()).isFalse();
    }

    private static void close(ChannelFrom channel) {
        ChannelFuture _ = channel.close();
        channel.runPendingTasks();
    }

    private static ChannelFrom from(String address) {
        return new ChannelFrom(new InetSocketAddress(address, 4711));
    }

    private double refused(String reason) {
        return service.value("frontdoor.tcp.connections.refused", "reason", reason);
    }
}
