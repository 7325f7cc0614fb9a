package dev.frontdoor.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.connection.address.ChannelFrom;
import dev.frontdoor.test.server.ServiceContext;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

class ManagementConnectionsTests {

    private static final int LIMIT = 16;
    private static final int SERVED = 14;
    private static final int OF_ONE_ADDRESS = 6;

    @AutoClose
    private final ServiceContext service =
            new ServiceContext(
                    "frontdoor.management.limits.max-connections=" + LIMIT,
                    "frontdoor.management.limits.max-connections-per-address=" + OF_ONE_ADDRESS);

    private final ManagementConnections connections = service.bean(ManagementConnections.class);

    @Test
    void addressHasItsLimit() {
        List<ChannelFrom> open = accepted("192.0.2.1", OF_ONE_ADDRESS);
        assertRefused(from("192.0.2.1"));
        assertThat(refused("address")).isOne();
        assertThat(accepted("192.0.2.2", 1)).allMatch(ChannelFrom::isOpen);

        close(open.getFirst());
        assertThat(accepted("192.0.2.1", 1)).allMatch(ChannelFrom::isOpen);
        assertRefused(from("192.0.2.1"));
    }

    @Test
    void addressesOfOneNetworkAreOneAddress() {
        for (int i = 0; i < OF_ONE_ADDRESS; i++) {
            List<ChannelFrom> _ = accepted("2001:db8::" + i, 1);
        }
        assertRefused(from("2001:db8::ffff"));
    }

    @Test
    void oldestOfTheAddressWithTheMostGivesWay() {
        List<ChannelFrom> few = accepted("192.0.2.1", 4);
        List<ChannelFrom> most = accepted("192.0.2.2", 6);
        List<ChannelFrom> others = accepted("192.0.2.3", 4);
        assertThat(few).hasSize(SERVED - most.size() - others.size());

        List<ChannelFrom> newcomers = accepted("198.51.100.1", 2);
        most.forEach(ChannelFrom::runPendingTasks);
        assertThat(most.stream().map(ChannelFrom::isOpen).toList())
                .containsExactly(false, false, true, true, true, true);
        assertThat(few).allMatch(ChannelFrom::isOpen);
        assertThat(others).allMatch(ChannelFrom::isOpen);
        assertThat(newcomers).allMatch(ChannelFrom::isOpen);
        assertThat(refused("total")).isEqualTo(2);
        assertThat(service.value("frontdoor.management.connections")).isEqualTo(SERVED);
    }

    @Test
    void addressesWithOneEachKeepNobodyOut() {
        List<ChannelFrom> hostile = new ArrayList<>();
        for (int i = 0; i < SERVED; i++) {
            hostile.addAll(accepted("192.0.2." + i, 1));
        }
        ChannelFrom operator = accepted("198.51.100.1", 1).getFirst();
        for (int i = 0; i < SERVED - 1; i++) {
            hostile.forEach(ChannelFrom::runPendingTasks);
            hostile.addAll(accepted("203.0.113." + i, 1));
        }
        operator.runPendingTasks();
        assertThat(operator.isOpen()).isTrue();
    }

    @Test
    void thoseThatAreBeingClosedCountUntilTheyAre() {
        List<ChannelFrom> open = new ArrayList<>();
        for (int i = 0; i < LIMIT; i++) {
            open.addAll(accepted("192.0.2." + i, 1));
        }
        assertThat(service.value("frontdoor.management.connections")).isEqualTo(LIMIT);
        assertRefused(from("198.51.100.1"));

        open.forEach(ChannelFrom::runPendingTasks);
        assertThat(service.value("frontdoor.management.connections")).isEqualTo(SERVED);
        List<ChannelFrom> _ = accepted("198.51.100.1", 1);
    }

    /** Their event loop is late. They cannot be closed before it runs. */
    @Test
    void thoseThatWaitForTheirLoopGiveWayOnceItRuns() throws Exception {
        List<ChannelFrom> waiting = new ArrayList<>();
        for (int i = 0; i < LIMIT; i++) {
            ChannelFrom channel =
                    ChannelFrom.unregistered(new InetSocketAddress("192.0.2." + i, 4711));
            assertThat(connections.admit(channel)).isTrue();
            waiting.add(channel);
        }
        assertRefused(from("198.51.100.1"));

        for (ChannelFrom channel : waiting) {
            channel.register();
            connections.makeRoom();
        }
        waiting.forEach(ChannelFrom::runPendingTasks);
        assertThat(waiting.stream().filter(ChannelFrom::isOpen)).hasSize(SERVED);
        assertThat(accepted("198.51.100.1", 1)).allMatch(ChannelFrom::isOpen);
    }

    private List<ChannelFrom> accepted(String address, int count) {
        List<ChannelFrom> channels = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ChannelFrom channel = from(address);
            assertThat(connections.admit(channel)).isTrue();
            channels.add(channel);
        }
        return channels;
    }

    private void assertRefused(ChannelFrom channel) {
        assertThat(connections.admit(channel)).isFalse();
        assertThat(channel.isOpen()).isFalse();
    }

    private static void close(ChannelFrom channel) {
        var _ = channel.close();
        channel.runPendingTasks();
    }

    private static ChannelFrom from(String address) {
        return new ChannelFrom(new InetSocketAddress(address, 4711));
    }

    private double refused(String reason) {
        return service.value("frontdoor.management.connections.refused", "reason", reason);
    }
}
