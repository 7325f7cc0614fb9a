package dev.frontdoor.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.FrontDoorApplication;
import dev.frontdoor.protocol.Bytes;
import dev.frontdoor.protocol.Frame.Ping;
import dev.frontdoor.protocol.Frame.Pong;
import dev.frontdoor.protocol.Frame.Unknown;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.BothTransports;
import dev.frontdoor.test.server.LeakGuard;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.TestApplication;

import io.netty.channel.SingleThreadEventLoop;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Import;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.TestConstructor;
import org.springframework.test.context.TestConstructor.AutowireMode;

import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Peers that keep the only event loop busy. */
@SpringBootTest(
        classes = FrontDoorApplication.class,
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "management.server.port=0",
            "frontdoor.tcp.port=0",
            "frontdoor.event-loops=1",
            "frontdoor.limits.max-connections=10",
            "frontdoor.limits.max-event-loop-lag=0s"
        })
@Import(TestApplication.class)
@DirtiesContext
@BothTransports
@ExtendWith(LeakGuard.class)
@TestConstructor(autowireMode = AutowireMode.ALL)
class BusyEventLoopIntegrationTests {

    private static final int MAX_READ = 16 * 1024;
    private static final int FLOOD = 100_000;

    private static final int MAX_TCP = 10 + 64;
    private static final int BURST = 300;

    private final ServerUnderTest server;
    private final SingleThreadEventLoop loop;

    BusyEventLoopIntegrationTests(ServerUnderTest server, EventLoops workerEventLoops) {
        this.server = server;
        this.loop = (SingleThreadEventLoop) workerEventLoops.loops().values().iterator().next();
    }

    @Test
    void loopReadsAFloodOnceInEachTurn() throws Exception {
        try (TestWorker worker = server.register(server.newIdentity());
                TestWorker bystander = server.register(server.newIdentity());
                FramesInATurn frames = new FramesInATurn()) {
            byte[] frame = worker.bytes(new Unknown(0x40, 0, 0, Bytes.EMPTY));
            frames.begin();
            worker.sendRaw(repeated(frame, FLOOD));
            worker.send(new Ping(0));
            worker.expect(Pong.class);

            assertThat(frames.most).isBetween(1.0, (double) MAX_READ / frame.length + 1);
            bystander.expectNothing();
            bystander.send(new Ping(0));
            bystander.expect(Pong.class);
        }
        server.expectNobody();
    }

    @Test
    void burstBeyondTheLimitIsClosedWhileTheLoopIsBusy() throws Exception {
        expectBurstClosedWhile(ServerUnderTest::awaitLatch);
    }

    /** An event loop looks for new connections only now and then while it has many tasks. */
    @Test
    void burstBeyondTheLimitIsClosedWhileTheLoopHasMuchToDo() throws Exception {
        expectBurstClosedWhile(this::runTasksUntil);
    }

    private void runTasksUntil(CountDownLatch over) {
        try {
            // 64 of them, which are one turn, take longer than the test waits.
            if (!over.await(2, TimeUnit.SECONDS)) {
                loop.execute(() -> runTasksUntil(over));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Keeps the loop busy by a task, which ends with the latch. */
    private void expectBurstClosedWhile(Consumer<CountDownLatch> busy) throws Exception {
        server.expectSum(0, "frontdoor.tcp.connections");
        double opened = server.sum("frontdoor.tcp.connections.opened");
        double refused = server.sum("frontdoor.tcp.connections.refused");
        CountDownLatch over = new CountDownLatch(1);
        List<Socket> peers = new ArrayList<>();
        try (TestWorker bystander = server.register(server.newIdentity())) {
            loop.execute(() -> busy.accept(over));
            for (int i = 0; i < BURST; i++) {
                peers.add(new Socket(InetAddress.getLoopbackAddress(), server.port()));
            }
            server.expectSum(opened + 1 + BURST, "frontdoor.tcp.connections.opened");
            server.expectSum(refused + 1 + BURST - MAX_TCP, "frontdoor.tcp.connections.refused");
            server.expectSum(MAX_TCP, "frontdoor.tcp.connections");
            over.countDown();
            bystander.send(new Ping(0));
            bystander.expect(Pong.class);
        } finally {
            over.countDown();
            for (Socket peer : peers) {
                peer.close();
            }
        }
        server.expectSum(0, "frontdoor.tcp.connections");
    }

    @Test
    void workersThatConnectWhileTheLoopIsBusyAreServedAfterwards() throws Exception {
        double opened = server.sum("frontdoor.tcp.connections.opened");
        CountDownLatch over = new CountDownLatch(1);
        CountDownLatch busy = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                AutoCloseable _ = over::countDown) {
            loop.execute(() -> {
                busy.countDown();
                ServerUnderTest.awaitLatch(over);
            });
            ServerUnderTest.awaitLatch(busy);
            List<Future<TestWorker>> workers = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                workers.add(threads.submit(() -> server.register(server.newIdentity())));
            }
            server.expectSum(opened + 5, "frontdoor.tcp.connections.opened");
            over.countDown();
            for (Future<TestWorker> worker : workers) {
                worker.get().close();
            }
        }
        server.expectNobody();
    }

    private static byte[] repeated(byte[] bytes, int times) {
        byte[] all = new byte[bytes.length * times];
        for (int i = 0; i < times; i++) {
            System.arraycopy(bytes, 0, all, i * bytes.length, bytes.length);
        }
        return all;
    }

    /** Watches how many frames the loop handles from the end of one turn to that of the next. */
    private final class FramesInATurn implements AutoCloseable {

        private volatile double most;
        private volatile boolean over;
        private double before;

        void begin() {
            CountDownLatch begun = new CountDownLatch(1);
            loop.execute(() -> {
                before = count();
                next();
                begun.countDown();
            });
            ServerUnderTest.awaitLatch(begun);
        }

        private void next() {
            loop.executeAfterEventLoopIteration(() -> {
                double now = count();
                most = Math.max(most, now - before);
                before = now;
                if (!over) {
                    loop.execute(this::next);
                }
            });
        }

        @Override
        public void close() {
            over = true;
        }

        private double count() {
            return server.sum("frontdoor.frames.received", "type", "unknown");
        }
    }
}
