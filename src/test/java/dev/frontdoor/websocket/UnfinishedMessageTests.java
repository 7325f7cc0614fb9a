package dev.frontdoor.websocket;

import static dev.frontdoor.test.WebSocketFrame.declaring;
import static dev.frontdoor.test.WebSocketFrame.masked;
import static dev.frontdoor.test.WebSocketFrame.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.protocol.Bytes;
import dev.frontdoor.protocol.Frame.Connect;
import dev.frontdoor.protocol.Frame.Ping;
import dev.frontdoor.protocol.Frame.Unknown;
import dev.frontdoor.protocol.FrameCodec;
import dev.frontdoor.protocol.ProtocolVersion;
import dev.frontdoor.test.WebSocketFrame;
import dev.frontdoor.test.server.LeakGuard;
import dev.frontdoor.test.server.ServiceContext;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Messages that have not arrived in full: how much of them there may be, and for how long. */
@ExtendWith(LeakGuard.class)
class UnfinishedMessageTests {

    private static final int LARGE = 900_000;
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
    void messageBeyondTheBudgetOfAllIsGivenUpByItsHeader() throws Exception {
        WorkersPortChannel first = connect();
        WorkersPortChannel second = connect();
        WorkersPortChannel third = connect();
        first.receives(declaring(WebSocketFrame.BINARY, LARGE, new byte[1000]));
        second.receives(declaring(WebSocketFrame.BINARY, LARGE, new byte[1000]));
        third.receives(declaring(WebSocketFrame.BINARY, LARGE, new byte[0]));
        assertThat(closeCode(third)).isEqualTo(4016);
        assertThat(first.text()).isEmpty();
        assertThat(second.text()).isEmpty();
    }

    @Test
    void fragmentsAreSummed() throws Exception {
        WorkersPortChannel first = connect();
        WorkersPortChannel second = connect();
        first.receives(declaring(WebSocketFrame.BINARY, LARGE, new byte[1000]));
        second.receives(masked(0x02, new byte[LARGE]));
        assertThat(second.text()).isEmpty();
        WorkersPortChannel third = connect();
        third.receives(masked(0x02, new byte[200_000]));
        third.receives(masked(0x00, new byte[200_000]));
        assertThat(closeCode(third)).isEqualTo(4016);
    }

    @Test
    void wholeMessageNeedsNoRoomInTheBudget() {
        WorkersPortChannel first = connect();
        WorkersPortChannel second = connect();
        first.receives(declaring(WebSocketFrame.BINARY, LARGE, new byte[1000]));
        second.receives(declaring(WebSocketFrame.BINARY, LARGE, new byte[1000]));
        WorkersPortChannel third = connect();
        third.receives(message(new Unknown(0x70, 0, 1, Bytes.copyOf(new byte[LARGE]))));
        third.receives(message(new Ping(0)));
        assertThat(third.text()).isNotEmpty();
        assertThat(third.channel.isOpen()).isTrue();
    }

    @Test
    void messageThatIsCompleteGivesItsRoomBack() throws Exception {
        WorkersPortChannel first = connect();
        WorkersPortChannel second = connect();
        byte[] large =
                masked(
                        WebSocketFrame.BINARY,
                        FrameCodec.encode(new Unknown(0x70, 0, 1, Bytes.copyOf(new byte[LARGE]))));
        for (int i = 0; i < 5; i++) {
            for (WorkersPortChannel worker : List.of(first, second)) {
                worker.receives(Arrays.copyOf(large, 5000));
            }
            for (WorkersPortChannel worker : List.of(first, second)) {
                worker.receives(Arrays.copyOfRange(large, 5000, large.length));
                worker.receives(message(new Ping(0)));
                assertThat(worker.frame().firstByte()).isEqualTo(WebSocketFrame.BINARY);
            }
        }
    }

    @Test
    void connectionThatEndsGivesItsRoomBack() throws Exception {
        for (int i = 0; i < 5; i++) {
            WorkersPortChannel worker = connect();
            worker.receives(declaring(WebSocketFrame.BINARY, LARGE, new byte[1000]));
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
        assertThat(used()).isEqualTo(LARGE);
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
        byte[] small = message(new Unknown(0x70, 0, 1, Bytes.copyOf(new byte[4000])));
        for (WorkersPortChannel worker : List.of(connect(), connect())) {
            worker.receives(declaring(WebSocketFrame.BINARY, LARGE, new byte[1000]));
        }
        WorkersPortChannel worker = connect();
        worker.receives(Arrays.copyOf(small, 1000));
        worker.receives(Arrays.copyOfRange(small, 1000, small.length));
        worker.receives(message(new Ping(0)));
        assertThat(worker.frame().firstByte()).isEqualTo(WebSocketFrame.BINARY);
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
