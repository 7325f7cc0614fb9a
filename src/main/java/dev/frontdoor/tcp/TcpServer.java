package dev.frontdoor.tcp;

import dev.frontdoor.connection.AcceptHandler;
import dev.frontdoor.connection.AcceptStandby;
import dev.frontdoor.connection.ChannelReads;
import dev.frontdoor.connection.TcpConnections;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.context.SmartLifecycle;

import reactor.netty.resources.LoopResources;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The TCP port: open while the web server is. */
final class TcpServer implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(TcpServer.class);

    /** That of Boot's web servers. */
    private static final int PHASE = DEFAULT_PHASE - 2048;

    /** How long {@link #stop} waits for an event loop. */
    private static final Duration MAX_CLOSE = Duration.ofSeconds(3);

    private final TcpProperties properties;
    private final @Nullable InetAddress address;
    private final LoopResources loops;
    private final TcpConnections connections;
    private final AcceptStandby standby;
    private final TcpPipeline pipeline;
    private final Supplier<@Nullable TcpTls> tls;
    private volatile @Nullable Channel channel;

    /**
     * A port that is not open yet.
     *
     * @param address where it is bound; null for all addresses
     * @param tls makes TLS when the port opens; null for none
     */
    TcpServer(
            TcpProperties properties,
            @Nullable InetAddress address,
            LoopResources loops,
            TcpConnections connections,
            AcceptStandby standby,
            TcpPipeline pipeline,
            Supplier<@Nullable TcpTls> tls) {
        this.properties = properties;
        this.address = address;
        this.loops = loops;
        this.connections = connections;
        this.standby = standby;
        this.pipeline = pipeline;
        this.tls = tls;
    }

    /** The port that is open; -1 if none is. */
    int port() {
        return channel != null && channel.localAddress() instanceof InetSocketAddress bound
                ? bound.getPort()
                : -1;
    }

    @Override
    public boolean isAutoStartup() {
        return properties.isEnabled();
    }

    @Override
    public void start() {
        EventLoopGroup group = loops.onServer(LoopResources.DEFAULT_NATIVE);
        Class<? extends ServerSocketChannel> type =
                loops.onChannelClass(ServerSocketChannel.class, group);
        ServerBootstrap server =
                new ServerBootstrap()
                        .group(loops.onServerSelect(LoopResources.DEFAULT_NATIVE), group)
                        .channel(type)
                        .handler(new AcceptHandler(connections, standby))
                        .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childHandler(initializer(tls.get()));
        String lacking = new KeepaliveOptions(properties, type).apply(server);
        channel = bind(server);
        log.info("workers connect over plain TCP on port {}", port());
        if (!lacking.isEmpty()) {
            log.warn(
                    "{}: a TCP worker that vanishes may be noticed later than after {} if data was"
                            + " on its way to it",
                    lacking,
                    properties.deadPeerBound());
        }
    }

    private ChannelInitializer<SocketChannel> initializer(@Nullable TcpTls tls) {
        RecvByteBufAllocator reads = ChannelReads.newAllocator();
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(SocketChannel accepted) {
                accepted.config().setRecvByteBufAllocator(reads);
                pipeline.accept(accepted, tls);
            }
        };
    }

    private Channel bind(ServerBootstrap server) {
        InetSocketAddress local =
                address == null
                        ? new InetSocketAddress(properties.port())
                        : new InetSocketAddress(address, properties.port());
        try {
            return server.bind(local).syncUninterruptibly().channel();
        } catch (RuntimeException e) {
            PortInUseException.throwIfPortBindingException(e, properties::port);
            throw e;
        }
    }

    @Override
    public void stop() {
        Channel open = channel;
        if (open != null) {
            if (!open.close().awaitUninterruptibly(MAX_CLOSE.toNanos(), TimeUnit.NANOSECONDS)) {
                log.warn("the TCP port is still open after {}: its event loop is busy", MAX_CLOSE);
            }
            channel = null;
        }
    }

    @Override
    public boolean isRunning() {
        return channel != null;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
