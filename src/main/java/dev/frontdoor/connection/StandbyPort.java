package dev.frontdoor.connection;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandler;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.unix.Socket;

import org.jspecify.annotations.Nullable;

import java.lang.reflect.Method;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;

/**
 * A port whose event loop accepts connections, and for which {@link AcceptStandby} does while that
 * loop is late.
 *
 * <p>The socket may be used by both at once, as each connection is accepted by one of them. It is
 * closed by the loop, which calls {@link #release} before.
 */
final class StandbyPort {

    /** How many connections one check accepts, so that no port keeps the others waiting. */
    private static final int MAX_ACCEPTS = 1024;

    /**
     * Checks without a further try after one that failed: a second, as long as Netty pauses then.
     */
    private static final int PAUSE = 9;

    /** What Netty needs for an address: its length in one byte, and 25 bytes at most. */
    private static final int ADDRESS_SIZE = 26;

    /** Makes a channel of an accepted socket. Netty has it for its own classes only. */
    private static final @Nullable Method NEW_CHANNEL = newChannelMethod();

    private final EpollServerSocketChannel server;
    private final ChannelHandlerContext ctx;
    private final AcceptLimit limit;
    private final Method newChannel = Objects.requireNonNull(NEW_CHANNEL);
    private final byte[] address = new byte[ADDRESS_SIZE];
    private volatile boolean loopRan = true;
    private int pause;
    private boolean released;

    /**
     * A port. Needs what {@link #isSupported} tells.
     *
     * @param ctx of the first handler of the server's channel
     */
    StandbyPort(EpollServerSocketChannel server, ChannelHandlerContext ctx, AcceptLimit limit) {
        this.server = server;
        this.ctx = ctx;
        this.limit = limit;
    }

    /** Whether this machine and this version of Netty have what a stand-by needs. */
    static boolean isSupported() {
        return Epoll.isAvailable() && NEW_CHANNEL != null;
    }

    private static @Nullable Method newChannelMethod() {
        try {
            Method method =
                    EpollServerSocketChannel.class.getDeclaredMethod(
                            "newChildChannel", int.class, byte[].class, int.class, int.class);
            return method.trySetAccessible() ? method : null;
        } catch (NoSuchMethodException e) {
            return null;
        }
    }

    /**
     * Gives the event loop a task. If it has not run that of the check before, accepts what waits
     * for it.
     *
     * @throws Exception if accepting fails, as without a free file descriptor
     */
    synchronized void check() throws Exception {
        if (released) {
            return;
        }
        if (loopRan) {
            loopRan = false;
            giveTask();
        } else if (pause > 0) {
            pause--;
        } else if (server.isActive() && server.config().isAutoRead()) {
            pause = PAUSE;
            acceptWaiting();
            pause = 0;
        }
    }

    /** Uses the socket no longer. */
    synchronized void release() {
        released = true;
    }

    /** A loop that takes no task any more has ended, and its socket with it. */
    private void giveTask() {
        try {
            server.eventLoop().execute(() -> loopRan = true);
        } catch (RejectedExecutionException e) {
            released = true;
        }
    }

    private void acceptWaiting() throws Exception {
        Socket socket = (Socket) server.fd();
        for (int i = 0; i < MAX_ACCEPTS; i++) {
            int accepted = socket.accept(address);
            if (accepted < 0) {
                return;
            }
            serve((Channel) newChannel.invoke(server, accepted, address, 1, address[0]));
        }
    }

    /**
     * Goes on as the server's channel does: its last handler hands the channel to an event loop. It
     * is called from here, since the pipeline would leave that to the loop that is late.
     */
    private void serve(Channel channel) throws Exception {
        try {
            if (limit.admit(channel)) {
                ((ChannelInboundHandler) server.pipeline().last()).channelRead(ctx, channel);
            }
        } catch (Throwable e) {
            channel.unsafe().closeForcibly();
            throw e;
        }
    }
}
