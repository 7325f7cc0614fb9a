package dev.frontdoor.connection;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandler;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;

import org.jspecify.annotations.Nullable;

import java.lang.reflect.Method;
import java.util.Objects;

/**
 * A port whose event loop accepts connections, as does {@link AcceptStandby} while that loop is
 * late.
 *
 * <p>Both may use the socket at once: each connection is accepted by one of them. Before the
 * channel closes its socket, it calls {@link #release}, which waits for a check that is running.
 */
final class StandbyPort {

    /** How many connections one check accepts, so that no port keeps the others waiting. */
    private static final int MAX_ACCEPTS = 1024;

    /** How many checks after a failure until the next try. */
    private static final int PAUSE = (int) AcceptFailures.PAUSE.dividedBy(AcceptStandby.INTERVAL);

    /** The size of Netty's own buffer for an address, whose first byte is the address's length. */
    private static final int ADDRESS_SIZE = 26;

    /** Makes a channel of an accepted socket. It is protected, hence the reflection. */
    private static final @Nullable Method NEW_CHANNEL = newChannelMethod();

    private final EpollServerSocketChannel server;
    private final AcceptLimit limit;
    private final Method newChannel = Objects.requireNonNull(NEW_CHANNEL);
    private final byte[] address = new byte[ADDRESS_SIZE];

    /** How often the event loop has accepted what waited. Written by that loop. */
    private volatile int accepts;

    private int acceptsBefore;
    private int checksToSkip;
    private boolean released;

    /** A port. Requires {@link #isSupported}. */
    StandbyPort(EpollServerSocketChannel server, AcceptLimit limit) {
        this.server = server;
        this.limit = limit;
    }

    /** Whether this machine and this version of Netty have what a standby needs. */
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

    /** The port's number; 0 if it is closed. */
    int number() {
        return server.localAddress() == null ? 0 : server.localAddress().getPort();
    }

    /** Called by the event loop when it has accepted what waited. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // by one thread
    void onAccepted() {
        accepts++;
    }

    /**
     * Accepts what waits, unless the event loop has accepted something since the check before.
     * Called at each check by the thread of the standby.
     *
     * @return whether to go on; false once the port or its event loop has ended
     * @throws Exception if accepting fails, for example for lack of file descriptors; no further
     *     try follows for {@link AcceptFailures#PAUSE}
     */
    synchronized boolean check() throws Exception {
        if (released || !server.isOpen() || server.eventLoop().isShuttingDown()) {
            return false;
        }
        checksToSkip = Math.max(0, checksToSkip - 1);
        int now = accepts;
        if (now != acceptsBefore) {
            acceptsBefore = now;
        } else if (checksToSkip == 0 && server.isActive() && server.config().isAutoRead()) {
            tryToAccept();
        }
        return true;
    }

    /** Ends the use of the socket. Waits for a check that is running. May be called again. */
    synchronized void release() {
        released = true;
    }

    private void tryToAccept() throws Exception {
        try {
            acceptWaiting((Socket) server.fd());
        } catch (Throwable e) {
            checksToSkip = PAUSE;
            throw e;
        }
    }

    private void acceptWaiting(Socket socket) throws Exception {
        for (int i = 0; i < MAX_ACCEPTS && socket.isOpen(); i++) {
            int accepted = socket.accept(address);
            if (accepted < 0) {
                return;
            }
            serve(channel(accepted));
        }
    }

    private Channel channel(int accepted) throws Exception {
        try {
            return (Channel) newChannel.invoke(server, accepted, address, 1, address[0]);
        } catch (Throwable e) {
            new FileDescriptor(accepted).close();
            throw e;
        }
    }

    /**
     * Does on this thread what the server's pipeline would leave to the loop that is late: the
     * limit decides, and the last handler hands the channel to an event loop.
     */
    private void serve(Channel channel) throws Exception {
        try {
            if (limit.admit(channel)) {
                ChannelHandlerContext last = server.pipeline().lastContext();
                ((ChannelInboundHandler) last.handler()).channelRead(last, channel);
            }
        } catch (Throwable e) {
            channel.unsafe().closeForcibly();
            throw e;
        }
    }
}
