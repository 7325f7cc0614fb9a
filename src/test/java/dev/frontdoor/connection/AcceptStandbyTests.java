package dev.frontdoor.connection;

import static dev.frontdoor.test.server.ServerUnderTest.eventually;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.logging.RepeatedLines;
import dev.frontdoor.test.server.ManualTime;
import dev.frontdoor.test.server.ServerUnderTest;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** A real server, whose only event loop is blocked at times. Its standby runs on this thread. */
@EnabledIf("dev.frontdoor.connection.AcceptStandbyTests#isEpollAvailable")
class AcceptStandbyTests {

    private static final int LIMIT = 3;
    private static final int GONE = 100;

    private final ManualTime time = new ManualTime();
    private final AcceptStandby standby =
            new AcceptStandby(time.executor(), new AcceptFailures(new RepeatedLines((_, _) -> {})));
    private final EventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final CountDownLatch over = new CountDownLatch(1);
    private final List<Socket> peers = new ArrayList<>();

    /** The names of the threads that have accepted a channel. */
    private final Queue<String> accepting = new ConcurrentLinkedQueue<>();

    private final Queue<Channel> served = new ConcurrentLinkedQueue<>();
    private volatile int limit = LIMIT;
    private volatile boolean faulty;
    private final AtomicInteger faults = new AtomicInteger();
    private volatile CountDownLatch admission = new CountDownLatch(0);
    private EpollServerSocketChannel server;

    static boolean isEpollAvailable() {
        return Epoll.isAvailable();
    }

    @BeforeEach
    void bind() {
        ServerBootstrap bootstrap =
                new ServerBootstrap()
                        .group(loops)
                        .channel(EpollServerSocketChannel.class)
                        .handler(new AcceptHandler(this::admit, standby))
                        .childHandler(
                                new ChannelInitializer<>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        served.add(channel);
                                    }
                                });
        standby.start();
        InetAddress loopback = InetAddress.getLoopbackAddress();
        server =
                (EpollServerSocketChannel)
                        bootstrap.bind(loopback, 0).syncUninterruptibly().channel();
    }

    private boolean admit(Channel channel) {
        if (faulty) {
            faults.incrementAndGet();
            throw new IllegalStateException("scripted");
        }
        ServerUnderTest.awaitLatch(admission);
        accepting.add(Thread.currentThread().getName());
        if (accepting.size() > limit) {
            channel.unsafe().closeForcibly();
            return false;
        }
        return true;
    }

    @AfterEach
    void close() throws IOException {
        over.countDown();
        for (Socket peer : peers) {
            peer.close();
        }
        loops.shutdownGracefully(0, 60, TimeUnit.SECONDS).syncUninterruptibly();
    }

    @Test
    void loopThatRunsAcceptsByItself() throws Exception {
        for (int i = 0; i < LIMIT; i++) {
            check();
            runAllTasks();
            connect();
            expectServed(i + 1);
        }

        assertThat(accepting).hasSize(LIMIT).doesNotContain(thisThread());
    }

    @Test
    void lateLoopServesAfterwardsWhatWasAcceptedForIt() throws Exception {
        block();
        connect();
        connect();
        checkUntilAccepted(2);

        assertThat(accepting).containsExactly(thisThread(), thisThread());
        assertThat(served).isEmpty();
        over.countDown();
        expectServed(2);
    }

    @Test
    void connectionBeyondTheLimitIsClosedWhileTheLoopIsLate() throws Exception {
        block();
        for (int i = 0; i < LIMIT; i++) {
            connect();
        }
        Socket beyond = connect();
        checkUntilAccepted(LIMIT + 1);

        assertThat(isEnded(beyond, ServerUnderTest.MAX_WAIT)).isTrue();
        assertThat(isEnded(peers.getFirst(), Duration.ofMillis(100))).isFalse();
        over.countDown();
        expectServed(LIMIT);
        assertThat(served).allMatch(Channel::isOpen);
    }

    @Test
    void standbyAcceptsAtEachCheckUntilTheLoopDoesAgain() throws Exception {
        limit = 4;
        block();
        connect();
        checkUntilAccepted(1);
        connect();
        checkUntilAccepted(2);
        assertThat(accepting).containsExactly(thisThread(), thisThread());

        over.countDown();
        runAllTasks();
        connect();
        expectServed(3);
        CountDownLatch again = new CountDownLatch(1);
        block(again);
        connect();
        check();
        assertThat(accepting).as("the loop has accepted one since the check before").hasSize(3);
        checkUntilAccepted(4);
        again.countDown();
        expectServed(4);
    }

    @Test
    void loopAcceptsWhatWaitsInOneTurn() throws Exception {
        AtomicInteger turns = new AtomicInteger();
        server.pipeline()
                .addFirst(
                        new ChannelInboundHandlerAdapter() {
                            @Override
                            public void channelReadComplete(ChannelHandlerContext ctx) {
                                turns.incrementAndGet();
                                ctx.fireChannelReadComplete();
                            }
                        });
        block();
        for (int i = 0; i < LIMIT; i++) {
            connect();
        }
        over.countDown();

        expectServed(LIMIT);
        runAllTasks();
        assertThat(turns).hasValue(1);
    }

    /** As the web server's classes expect it. */
    @Test
    void acceptedChannelsBelongToTheServersAndKnowTheirPeers() throws Exception {
        block();
        Socket peer = connect();
        checkUntilAccepted(1);
        over.countDown();
        expectServed(1);

        Channel channel = served.element();
        assertThat(channel.parent()).isSameAs(server);
        assertThat(channel.remoteAddress()).isEqualTo(peer.getLocalSocketAddress());
        assertThat(channel.localAddress()).isEqualTo(server.localAddress());
    }

    @Test
    void peersThatWereResetWhileTheyWaitedLeaveNothing() throws Exception {
        limit = GONE;
        block();
        int before = openFiles();
        for (int i = 0; i < GONE; i++) {
            Socket peer = connect();
            peer.setSoLinger(true, 0);
            peer.close();
        }
        checkUntilAccepted(GONE);

        assertThat(accepting).containsOnly(thisThread());
        over.countDown();
        eventually(() -> assertThat(served).hasSize(GONE).noneMatch(Channel::isOpen));
        assertThat(openFiles()).isLessThan(before + GONE / 2);
    }

    @Test
    void faultOfOursClosesThatConnectionAndEndsNoFurtherChecks() throws Exception {
        block();
        Socket first = connect();
        faulty = true;
        checkUntilFaulty();
        assertThat(isEnded(first, ServerUnderTest.MAX_WAIT)).isTrue();

        faulty = false;
        connect();
        time.advance(AcceptStandby.INTERVAL.multipliedBy(9));
        assertThat(accepting).as("it pauses after a fault").isEmpty();
        checkUntilAccepted(1);
        assertThat(accepting).containsExactly(thisThread());
    }

    /** {@link AcceptHandler} does so when there is no free file descriptor, for example. */
    @Test
    void serverThatPausesIsLeftAlone() throws Exception {
        server.config().setAutoRead(false);
        runAllTasks();
        block();
        connect();
        check();
        assertThat(accepting).isEmpty();

        server.config().setAutoRead(true);
        checkUntilAccepted(1);
        assertThat(accepting).containsExactly(thisThread());
    }

    /** The number of a closed socket may belong to another one soon. */
    @Test
    void socketIsNotUsedAnyMoreOnceTheServerCloses() throws Exception {
        CountDownLatch closing = new CountDownLatch(1);
        server.pipeline()
                .addFirst(
                        new ChannelOutboundHandlerAdapter() {
                            @Override
                            public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
                                closing.countDown();
                                ServerUnderTest.awaitLatch(over);
                                ChannelFuture _ = ctx.close(promise);
                            }
                        });
        ChannelFuture _ = server.close();
        ServerUnderTest.awaitLatch(closing);
        connect();
        check();

        assertThat(accepting).isEmpty();
    }

    /** A check may have begun when the server closes. */
    @Test
    void portThatIsReleasedUsesItsSocketNoLonger() throws Exception {
        StandbyPort port = new StandbyPort(server, this::admit);
        block();
        connect();
        port.release();

        assertThat(port.check()).isFalse();

        assertThat(accepting).isEmpty();
    }

    /** The event loop may close the socket at any moment after that. */
    @Test
    void releaseWaitsForARunningCheck() throws Exception {
        StandbyPort port = new StandbyPort(server, this::admit);
        block();
        connect();
        admission = new CountDownLatch(1);
        Thread checking = Thread.ofPlatform().start(() -> checkUnchecked(port));
        eventually(() -> assertThat(checking.getState()).isEqualTo(Thread.State.TIMED_WAITING));
        Thread releasing = Thread.ofPlatform().start(port::release);

        eventually(() -> assertThat(releasing.getState()).isEqualTo(Thread.State.BLOCKED));
        admission.countDown();
        checking.join();
        releasing.join();
        assertThat(accepting).hasSize(1);
    }

    private static void checkUnchecked(StandbyPort port) {
        try {
            boolean _ = port.check();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void pauseEndsAfterASecondEvenIfTheLoopHasRunMeanwhile() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        block(first);
        connect();
        faulty = true;
        checkUntilFaulty();
        faulty = false;
        first.countDown();
        for (int i = 0; i < 10; i++) {
            runAllTasks();
            check();
        }

        runAllTasks();
        block();
        connect();
        check();
        assertThat(accepting).containsExactly(thisThread());
    }

    @Test
    void standbyLetsGoOfItsPortsWhenItStops() throws Exception {
        block();
        connect();
        standby.stop();
        standby.start();
        check();

        assertThat(standby.watched()).isZero();
        assertThat(accepting).isEmpty();
    }

    @Test
    void portOfALoopThatHasEndedIsWatchedNoLonger() {
        check();
        assertThat(standby.watched()).isOne();
        loops.shutdownGracefully(0, 60, TimeUnit.SECONDS).syncUninterruptibly();
        check();

        assertThat(standby.watched()).isZero();
    }

    private void check() {
        time.advance(AcceptStandby.INTERVAL);
    }

    /** A connection may wait for the server a little later than its peer knows of it. */
    private void checkUntilAccepted(int count) {
        checkUntil(() -> accepting.size() >= count);
        assertThat(accepting).hasSize(count);
    }

    private void checkUntilFaulty() {
        checkUntil(() -> faults.get() == 1);
        assertThat(faults).hasValue(1);
    }

    private void checkUntil(BooleanSupplier done) {
        long start = System.nanoTime();
        do {
            check();
        } while (!done.getAsBoolean()
                && System.nanoTime() - start < ServerUnderTest.MAX_WAIT.toNanos());
    }

    private static String thisThread() {
        return Thread.currentThread().getName();
    }

    private void block() {
        block(over);
    }

    private void block(CountDownLatch end) {
        CountDownLatch blocked = new CountDownLatch(1);
        loops.execute(() -> {
            blocked.countDown();
            ServerUnderTest.awaitLatch(end);
        });
        ServerUnderTest.awaitLatch(blocked);
    }

    /** Returns once the loop has run what it was given before. */
    private void runAllTasks() {
        loops.submit(() -> {}).syncUninterruptibly();
    }

    private void expectServed(int count) {
        eventually(() -> assertThat(served).hasSize(count));
    }

    private Socket connect() throws IOException {
        InetSocketAddress address = server.localAddress();
        Socket peer = new Socket(address.getAddress(), address.getPort());
        peers.add(peer);
        return peer;
    }

    private static boolean isEnded(Socket peer, Duration timeout) throws IOException {
        peer.setSoTimeout((int) timeout.toMillis());
        try {
            return peer.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (SocketException e) {
            return true;
        }
    }

    private static int openFiles() {
        String[] files = new File("/proc/self/fd").list();
        assertThat(files).isNotNull();
        return files.length;
    }
}
