package dev.frontdoor.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.frontdoor.test.server.SettingsBinder;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioServerSocketChannel;

import jdk.net.ExtendedSocketOptions;

import org.junit.jupiter.api.Test;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The socket options by which the system notices that a worker has vanished. */
class KeepaliveOptionsTests {

    private static final TcpProperties DEFAULTS =
            SettingsBinder.bind(TcpProperties.class, Map.of());

    @Test
    void epollHasKeepaliveAndUserTimeout() throws Exception {
        assumeThat(Epoll.isAvailable()).isTrue();
        Accepted accepted =
                accept(
                        EpollIoHandler.newFactory(),
                        EpollServerSocketChannel.class,
                        ChannelOption.SO_KEEPALIVE,
                        EpollChannelOption.TCP_KEEPIDLE,
                        EpollChannelOption.TCP_KEEPINTVL,
                        EpollChannelOption.TCP_KEEPCNT,
                        EpollChannelOption.TCP_USER_TIMEOUT);
        assertThat(accepted.lacking()).isEmpty();
        assertThat(accepted.options()).containsExactly(true, 30, 10, 5, 80_000);
    }

    @Test
    void nioHasKeepaliveAloneAndSaysSo() throws Exception {
        Accepted accepted =
                accept(
                        NioIoHandler.newFactory(),
                        NioServerSocketChannel.class,
                        ChannelOption.SO_KEEPALIVE,
                        NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE),
                        NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL),
                        NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT));
        assertThat(accepted.lacking())
                .isEqualTo("TCP sockets are those of NIO here, which has no user timeout");
        assertThat(accepted.options()).containsExactly(true, 30, 10, 5);
    }

    private static Accepted accept(
            IoHandlerFactory transport,
            Class<? extends ServerSocketChannel> type,
            ChannelOption<?>... options)
            throws Exception {
        CompletableFuture<List<Object>> accepted = new CompletableFuture<>();
        try (MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, transport)) {
            ServerBootstrap server =
                    new ServerBootstrap()
                            .group(group)
                            .channel(type)
                            .childHandler(
                                    new ChannelInitializer<>() {
                                        @Override
                                        protected void initChannel(Channel channel) {
                                            accepted.complete(values(channel, options));
                                        }
                                    });
            String lacking = new KeepaliveOptions(DEFAULTS, type).apply(server);
            Channel port =
                    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                            .sync()
                            .channel();
            int number = ((InetSocketAddress) port.localAddress()).getPort();
            try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), number)) {
                return new Accepted(lacking, accepted.get(60, TimeUnit.SECONDS));
            }
        }
    }

    private static List<Object> values(Channel channel, ChannelOption<?>... options) {
        List<Object> values = new ArrayList<>();
        for (ChannelOption<?> option : options) {
            values.add(channel.config().getOption(option));
        }
        return values;
    }

    private record Accepted(String lacking, List<Object> options) {}
}
