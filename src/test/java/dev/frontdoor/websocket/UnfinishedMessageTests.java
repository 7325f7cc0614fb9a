package dev.frontdoor.websocket;

import static dev.frontdoor.test.WebSocketFrame.declaring;
import static dev.frontdoor.test.WebSocketFrame.masked;
import static dev.frontdoor.test.WebSocketFrame.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.protocol.Bytes;
import dev.frontdoor.protocol.Frame.Connect;
import dev.frontdoor.protocol.Frame.Ping;
import dev.frontdoor.protocol.Frame.Unknown;
import dev.frontdoor.protocol.ProtocolVersion;
import dev.frontdoor.test.WebSocketFrame;
import dev.frontdoor.test.server.LeakGuard;
import dev.frontdoor.test.server.ServiceContext;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Messages that have not arrived in full: how much of them there may be, and for how long. */
@ExtendWith(LeakGuard.class)
class UnfinishedMessageTests {

    private static final int LARGE = 900_000;

    /** Bytes of each connection that need no room in the budget. */
    private static final long FREE = 4 * 1024;

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Duration SWEEP = Duration.ofMillis(260);

    private final ServiceContext service =
            new ServiceContext(
                    "frontdoor.limits.max-unfinished-bytes=2MB",
                    "frontdoor.limits.message-timeout=" + TIMEOUT,
                    "frontdoor.limits.registration-timeout=0s",
                    "frontdoor.limits.close-timeout=5s",
                    "frontdoor.heartbeat.interval=0s");
    private final List<WorkersPortChannel> workers = new ArrayList<>();

    @AfterEach
    void stop() {
        workers.forEach(worker -> worker.channel.finishAndReleaseAll());
        service.close();
    }

    @Test
    void declaredLengthNeedsNoRoomBeforeItsBytesArrive() throws Exception {
        for (int i = 0; i < 32; i++) {
            connect().receives(declaring(WebSocketFrame.BINARY, LARGE, new byte[20]));
        }
        assertThat(used()).isZero();
        WorkersPortChannel newcomer = connect();
        for (byte[] part : halves(message(unknown(200_000)))) {
            newcomer.receives(part);
        }
        newcomer.receives(message(new Ping(0)));
        assertThat(newcomer.frame().firstByte()).isEqualTo(WebSocketFrame.BINARY);
    }

    @Test
    void messageThatFindsNoRoomForItsNextBytesIsGivenUpAndDiscarded() throws Exception {
        WorkersPortChannel first = connect();
        WorkersPortChannel second = connect();
        WorkersPortChannel third = connect();
        first.receives(declaring(WebSocketFrame.BINARY, LARGE, new byte[LARGE - 1]));
        second.receives(declaring(WebSocketFrame.BINARY, LARGE, new byte[LARGE - 1]));
        third.receives(declaring(WebSocketFrame.BINARY, LARGE, new byte[100_000]));
        assertThat(third.text()).isEmpty();
        third.receives(new byte[300_000]);
        assertThat(closeCode(third)).isEqualTo(4016);
        assertThat(used()).isLessThan(2.0 * LARGE + 100);
        third.receives(new byte[LARGE - 400_000]);
        third.receives(WebSocketFrame.close(4016));
        assertThat(third.channel.isOpen()).as("the answer to the close was found").isFalse();
        assertThat(first.text()).isEmpty();
        assertThat(second.text()).isEmpty();
    }

    @Test
    void messageOfAConnectionThatEndsIsDiscarded() throws Exception {
        WorkersPortChannel worker = connect();
        worker.receives(declaring(WebSocketFrame.BINARY, LARGE, new byte[100_000]));
        service.time().advance(TIMEOUT.plus(SWEEP));
        assertThat(closeCode(worker)).isEqualTo(4015);
        worker.receives(new byte[100_000]);
        assertThat(used()).isZero();
        worker.receives(new byte[LARGE - 200_000]);
        worker.receives(WebSocketFrame.close(4015));
        assertThat(worker.channel.isOpen()).as("the answer to the close was found").isFalse();
    }

    @Test
    void memoryThatIsHeldIsWithinWhatIsCharged() {
        UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
        Random random = new Random(7);
        List<WorkersPortChannel> all = List.of(connect(), connect(), connect());
        all.forEach(worker -> worker.channel.config().setAllocator(allocator));
        for (int i = 0; i < 60; i++) {
            for (WorkersPortChannel worker : all) {
                boolean first = i % 6 == 0;
                int opcode = (first ? 0x02 : 0x00) | (i % 6 == 5 ? WebSocketFrame.FINAL : 0);
                byte[] fragment = masked(opcode, new byte[random.nextInt(150_000)]);
                int middle = random.nextInt(fragment.length);
                receives(worker, allocator, Arrays.copyOf(fragment, middle));
                assertThat(held(allocator)).isLessThanOrEqualTo(used() + all.size() * FREE);
                receives(worker, allocator, Arrays.copyOfRange(fragment, middle, fragment.length));
                assertThat(held(allocator)).isLessThanOrEqualTo(used() + all.size() * FREE);
                assertThat(used()).isLessThanOrEqualTo(2.0 * 1024 * 1024);
                assertThat(worker.text()).isNotNull();
            }
        }
        all.forEach(worker -> worker.channel.finishAndReleaseAll());
        assertThat(held(allocator)).isZero();
        assertThat(used()).isZero();
    }

    @Test
    void messageMayArriveByteByByte() throws Exception {
        WorkersPortChannel worker = connect();
        byte[] bytes = message(new Ping(0));
        for (byte[] message : List.of(masked(WebSocketFrame.PING, new byte[3]), bytes)) {
            for (byte each : message) {
                worker.receives(new byte[] {each});
            }
        }
        assertThat(worker.text()).hasSize(2 + 3 + 2 + 10);
    }

    @Test
    void fragmentsAreSummed() throws Exception {
        WorkersPortChannel first = connect();
        WorkersPortChannel second = connect();
        first.receives(declaring(WebSocketFrame.BINARY, LARGE, new byte[LARGE - 1]));
        second.receives(masked(0x02, new byte[300_000]));
        assertThat(second.text()).isEmpty();
        second.receives(masked(0x00, new byte[300_000]));
        assertThat(second.text()).isEmpty();
        WorkersPortChannel third = connect();
        third.receives(masked(0x02, new byte[100_000]));
        assertThat(third.text()).isEmpty();
        third.receives(masked(0x00, new byte[100_000]));
        assertThat(closeCode(third)).isEqualTo(4016);
    }

    @Test
    void wholeMessageNeedsNoRoomInTheBudget() {
        WorkersPortChannel first = connect();
        WorkersPortChannel second = connect();
        first.receives(declaring(WebSocketFrame.BINARY, LARGE, new byte[LARGE - 1]));
        second.receives(declaring(WebSocketFrame.BINARY, LARGE, new byte[LARGE - 1]));
        WorkersPortChannel third = connect();
        third.receives(message(unknown(LARGE)));
        third.receives(message(new Ping(0)));
        assertThat(third.text()).isNotEmpty();
        assertThat(third.channel.isOpen()).isTrue();
    }

    @Test
    void messageThatIsCompleteGivesItsRoomBack() throws Exception {
        WorkersPortChannel first = connect();
        WorkersPortChannel second = connect();
        byte[] large = message(unknown(LARGE));
        for (int i = 0; i < 5; i++) {
            for (WorkersPortChannel worker : List.of(first, second)) {
                worker.receives(Arrays.copyOf(large, LARGE));
            }
            for (WorkersPortChannel worker : List.of(first, second)) {
                worker.receives(Arrays.copyOfRange(large, LARGE, large.length));
                worker.receives(message(new Ping(0)));
                assertThat(worker.frame().firstByte()).isEqualTo(WebSocketFrame.BINARY);
            }
        }
    }

    @Test
    void connectionThatEndsGivesItsRoomBack() throws Exception {
        for (int i = 0; i < 5; i++) {
            WorkersPortChannel worker = connect();
            worker.receives(declaring(WebSocketFrame.BINARY, LARGE, new byte[LARGE - 1]));
            assertThat(worker.text()).isEmpty();
            var _ = worker.channel.close();
        }
    }

    @Test
    void messageThatTakesTooLongEndsItsConnection() throws Exception {
        WorkersPortChannel worker = connect();
        worker.receives(declaring(WebSocketFrame.BINARY, LARGE, new byte[1000]));
        for (int i = 0; i < 10; i++) {
            service.time().advance(TIMEOUT.dividedBy(10));
            worker.receives(new byte[100]);
        }
        assertThat(worker.text()).isEmpty();
        service.time().advance(SWEEP);
        assertThat(closeCode(worker)).isEqualTo(4015);
        worker.receives(new byte[1000]);
        service.time().advance(Duration.ofSeconds(5));
        assertThat(worker.channel.isOpen()).isFalse();
    }

    @Test
    void timeIsThatOfTheWholeMessage() throws Exception {
        WorkersPortChannel worker = connect();
        worker.receives(masked(0x02, new byte[100]));
        service.time().advance(TIMEOUT.dividedBy(2));
        worker.receives(masked(0x00, new byte[100]));
        service.time().advance(TIMEOUT.dividedBy(2).plus(SWEEP));
        assertThat(closeCode(worker)).isEqualTo(4015);
    }

    @Test
    void workerMayTakeItsTimeBetweenMessages() {
        WorkersPortChannel worker = connect();
        byte[] ping = message(new Ping(0));
        for (int i = 0; i < 3; i++) {
            worker.receives(Arrays.copyOf(ping, 5));
            service.time().advance(TIMEOUT.minusSeconds(1));
            worker.receives(Arrays.copyOfRange(ping, 5, ping.length));
            assertThat(worker.text()).isNotEmpty();
            service.time().advance(TIMEOUT.plus(SWEEP));
        }
        assertThat(worker.channel.isOpen()).isTrue();
        assertThat(worker.text()).isEmpty();
    }

    @Test
    void budgetIsUnusedInTheEnd() throws Exception {
        WorkersPortChannel worker = connect();
        worker.receives(masked(0x02, new byte[LARGE]));
        assertThat(used()).isBetween((double) LARGE, 1024.0 * 1024);
        worker.receives(masked(0x00, new byte[LARGE]));
        assertThat(closeCode(worker)).isEqualTo(1009);
        var _ = worker.channel.close();
        worker.channel.runPendingTasks();
        assertThat(used()).isZero();
    }

    @Test
    void negativeLengthReservesNothing() throws Exception {
        WorkersPortChannel worker = connect();
        worker.receives(declaring(WebSocketFrame.BINARY, -LARGE, new byte[0]));
        assertThat(closeCode(worker)).isEqualTo(1002);
        assertThat(used()).isZero();
    }

    @Test
    void smallMessageInPiecesNeedsNoRoomInTheBudget() throws Exception {
        byte[] small = message(unknown(4000));
        for (WorkersPortChannel worker : List.of(connect(), connect())) {
            worker.receives(declaring(WebSocketFrame.BINARY, LARGE, new byte[LARGE - 1]));
        }
        WorkersPortChannel worker = connect();
        worker.receives(Arrays.copyOf(small, 1000));
        worker.receives(Arrays.copyOfRange(small, 1000, small.length));
        worker.receives(message(new Ping(0)));
        assertThat(worker.frame().firstByte()).isEqualTo(WebSocketFrame.BINARY);
    }

    private static Unknown unknown(int size) {
        return new Unknown(0x70, 0, 1, Bytes.copyOf(new byte[size]));
    }

    private static List<byte[]> halves(byte[] bytes) {
        int middle = bytes.length / 2;
        return List.of(
                Arrays.copyOf(bytes, middle), Arrays.copyOfRange(bytes, middle, bytes.length));
    }

    /** Receives bytes as a socket would: in a buffer that has room for more. */
    private static void receives(
            WorkersPortChannel worker, ByteBufAllocator allocator, byte[] bytes) {
        worker.channel.writeInbound(allocator.buffer(256 * 1024).writeBytes(bytes));
    }

    private static double held(UnpooledByteBufAllocator allocator) {
        return (double) allocator.metric().usedDirectMemory() + allocator.metric().usedHeapMemory();
    }

    private double used() {
        return service.value("frontdoor.budget.used", "budget", "messages");
    }

    /** A worker that has sent Connect, and so may send large messages. */
    private WorkersPortChannel connect() {
        WorkersPortChannel worker = WorkersPortChannel.upgraded(service);
        worker.receives(
                message(new Connect(0, ProtocolVersion.V1_0, ProtocolVersion.V1_3, Bytes.EMPTY)));
        assertThat(worker.text()).isNotEmpty();
        workers.add(worker);
        return worker;
    }

    private static int closeCode(WorkersPortChannel worker) throws IOException {
        WebSocketFrame close = worker.frame();
        assertThat(close.firstByte()).isEqualTo(WebSocketFrame.CLOSE);
        byte[] payload = close.payload().toByteArray();
        return Byte.toUnsignedInt(payload[0]) << 8 | Byte.toUnsignedInt(payload[1]);
    }
}
