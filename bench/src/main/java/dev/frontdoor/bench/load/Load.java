package dev.frontdoor.bench.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;

import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * The event loop of all workers, and the server they connect to. What a load does, it does on that
 * loop; whoever wants a load waits for the future it ends with.
 */
public final class Load implements AutoCloseable {

    private static final int ADDRESSES = 8;

    private final EventLoopGroup loop =
            new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final Bootstrap bootstrap;
    private int connections;

    /** Workers of the server on this port of this machine. */
    public Load(int port) {
        bootstrap =
                new Bootstrap()
                        .group(loop)
                        .channel(EpollSocketChannel.class)
                        .option(ChannelOption.TCP_NODELAY, true)
                        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 60_000)
                        .remoteAddress("127.0.0.1", port);
    }

    /** Connects a worker; called on the loop. */
    public void connect(int number, Worker.Script script) {
        Worker worker = new Worker(number, script);
        // Each address has some 28,000 ports, which a storm would use up.
        String from = "127.0.1." + (1 + connections++ % ADDRESSES);
        bootstrap
                .clone()
                .handler(worker)
                .localAddress(new InetSocketAddress(from, 0))
                .connect()
                .addListener((ChannelFuture connecting) -> {
                    if (!connecting.isSuccess()) {
                        script.closed(worker);
                    }
                });
    }

    /** Runs something on the loop, and waits for the future that it completes. */
    public <T> T run(long seconds, Consumer<CompletableFuture<T>> load) {
        CompletableFuture<T> done = new CompletableFuture<>();
        loop.execute(() -> {
            try {
                load.accept(done);
            } catch (RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        try {
            return done.get(seconds, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException("not done after %d s".formatted(seconds), e);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Runs something on the loop later. */
    public void after(long nanos, Runnable task) {
        loop.schedule(task, nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
