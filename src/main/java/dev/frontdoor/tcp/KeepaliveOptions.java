package dev.frontdoor.tcp;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.nio.NioChannelOption;

import jdk.net.ExtendedSocketOptions;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketOption;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * By which the system notices that a worker has vanished: keepalive while nothing is sent, the user
 * timeout while something is. Not every platform has both.
 */
final class KeepaliveOptions {

    private final TcpProperties properties;
    private final boolean epoll;

    KeepaliveOptions(TcpProperties properties, Class<? extends ServerSocketChannel> type) {
        this.properties = properties;
        this.epoll = EpollServerSocketChannel.class.isAssignableFrom(type);
    }

    /** Sets what the platform has. Returns what it lacks, in words; empty if nothing. */
    String apply(ServerBootstrap server) {
        server.childOption(ChannelOption.SO_KEEPALIVE, true);
        int idle = seconds(properties.keepaliveIdle());
        int interval = seconds(properties.keepaliveInterval());
        int probes = properties.keepaliveProbes();
        if (epoll) {
            server.childOption(EpollChannelOption.TCP_KEEPIDLE, idle)
                    .childOption(EpollChannelOption.TCP_KEEPINTVL, interval)
                    .childOption(EpollChannelOption.TCP_KEEPCNT, probes)
                    .childOption(
                            EpollChannelOption.TCP_USER_TIMEOUT,
                            Math.toIntExact(properties.deadPeerBound().toMillis()));
            return "";
        }
        Map<SocketOption<Integer>, Integer> wanted =
                Map.of(
                        ExtendedSocketOptions.TCP_KEEPIDLE,
                        idle,
                        ExtendedSocketOptions.TCP_KEEPINTERVAL,
                        interval,
                        ExtendedSocketOptions.TCP_KEEPCOUNT,
                        probes);
        if (!supported().containsAll(wanted.keySet())) {
            return "keepalive settings and user timeout";
        }
        wanted.forEach((option, value) -> server.childOption(NioChannelOption.of(option), value));
        return "user timeout";
    }

    private static Set<SocketOption<?>> supported() {
        try (SocketChannel channel = SocketChannel.open()) {
            return channel.supportedOptions();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int seconds(Duration duration) {
        return Math.toIntExact(duration.toSeconds());
    }
}
