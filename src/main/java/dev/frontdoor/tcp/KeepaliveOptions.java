package dev.frontdoor.tcp;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioServerSocketChannel;

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
    private final Class<? extends ServerSocketChannel> type;

    KeepaliveOptions(TcpProperties properties, Class<? extends ServerSocketChannel> type) {
        this.properties = properties;
        this.type = type;
    }

    /** Sets what the platform has. Returns what it lacks, as a sentence; empty if nothing. */
    String apply(ServerBootstrap server) {
        server.childOption(ChannelOption.SO_KEEPALIVE, true);
        int idle = seconds(properties.keepaliveIdle());
        int interval = seconds(properties.keepaliveInterval());
        int probes = properties.keepaliveProbes();
        if (EpollServerSocketChannel.class.isAssignableFrom(type)) {
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
        boolean nio = NioServerSocketChannel.class.isAssignableFrom(type);
        String transport = nio ? "NIO" : type.getSimpleName();
        if (!nio || !supported().containsAll(wanted.keySet())) {
            return lacking(transport, "keepalive settings and no user timeout");
        }
        wanted.forEach((option, value) -> server.childOption(NioChannelOption.of(option), value));
        return lacking(transport, "user timeout");
    }

    private static String lacking(String transport, String options) {
        return "TCP sockets are those of %s here, which has no %s".formatted(transport, options);
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
