package dev.frontdoor.websocket;

import static dev.frontdoor.test.WebSocketFrame.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.logging.LoggedOutputExtension;
import dev.frontdoor.protocol.Bytes;
import dev.frontdoor.protocol.Frame.Connect;
import dev.frontdoor.protocol.Frame.Ping;
import dev.frontdoor.protocol.Frame.Unknown;
import dev.frontdoor.protocol.ProtocolVersion;
import dev.frontdoor.test.WebSocketFrame;
import dev.frontdoor.test.server.LeakGuard;
import dev.frontdoor.test.server.ServiceContext;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;

import java.io.IOException;
import java.util.Arrays;

/** A connection for which no memory is left ends alone, with one line in the log. */
@ExtendWith({LeakGuard.class, LoggedOutputExtension.class})
class AllocationFailureTests {

    private static final int LARGE = 100_000;
    private static final int ALL = Integer.MAX_VALUE;

    private final ServiceContext service = new ServiceContext();
    private final WorkersPortChannel worker = WorkersPortChannel.upgraded(service);
    private final WorkersPortChannel other = WorkersPortChannel.upgraded(service);

    @AfterEach
    void stop() {
        worker.channel.finishAndReleaseAll();
        other.channel.finishAndReleaseAll();
        service.close();
    }

    @Test
    void messageThatCannotBeAssembledEndsItsConnectionOnly(CapturedOutput output) throws Exception {
        connect(worker);
        byte[] large = message(new Unknown(0x70, 0, 1, Bytes.copyOf(new byte[LARGE])));
        worker.channel.config().setAllocator(new FailingAllocator(1, LARGE / 2));

        worker.receives(Arrays.copyOf(large, LARGE / 2));
        worker.receives(Arrays.copyOfRange(large, LARGE / 2, large.length));

        assertThat(closeCode(worker)).isEqualTo(4016);
        expectOneLine(output);
        expectOtherIsServed();
    }

    @Test
    void answerThatCannotBeWrittenEndsItsConnectionOnly(CapturedOutput output) throws Exception {
        worker.channel.config().setAllocator(new FailingAllocator(1, 0));

        worker.receives(message(new Ping(0)));

        assertThat(closeCode(worker)).isEqualTo(4016);
        expectOneLine(output);
        expectOtherIsServed();
    }

    @Test
    void connectionWithoutMemoryForItsCloseIsCutOff(CapturedOutput output) throws Exception {
        worker.channel.config().setAllocator(new FailingAllocator(ALL, 0));

        worker.receives(message(new Ping(0)));
        worker.channel.runPendingTasks();

        assertThat(worker.channel.isOpen()).isFalse();
        expectOneLine(output);
        expectOtherIsServed();
    }

    @Test
    void requestWithoutMemoryEndsItsConnectionOnly(CapturedOutput output) throws Exception {
        WorkersPortChannel request = new WorkersPortChannel(service);
        request.receives("GET /lim");

        request.channel.pipeline().fireExceptionCaught(new OutOfMemoryError("scripted"));
        request.channel.runPendingTasks();

        assertThat(request.channel.isOpen()).isFalse();
        expectOneLine(output);
        expectOtherIsServed();
    }

    @Test
    void allWhatWasReservedIsGivenBack() {
        connect(worker);
        byte[] large = message(new Unknown(0x70, 0, 1, Bytes.copyOf(new byte[LARGE])));
        worker.channel.config().setAllocator(new FailingAllocator(ALL, LARGE / 2));

        worker.receives(Arrays.copyOf(large, LARGE / 2));
        worker.receives(Arrays.copyOfRange(large, LARGE / 2, large.length));
        var _ = worker.channel.close();
        worker.channel.runPendingTasks();

        assertThat(service.value("frontdoor.budget.used", "budget", "messages")).isZero();
        assertThat(service.value("frontdoor.connections", "state", "connected")).isOne();
    }

    private static void connect(WorkersPortChannel worker) {
        worker.receives(
                message(new Connect(0, ProtocolVersion.V1_0, ProtocolVersion.V1_3, Bytes.EMPTY)));
        assertThat(worker.text()).isNotEmpty();
    }

    private static void expectOneLine(CapturedOutput output) {
        assertThat(output.toString().lines().filter(line -> line.contains("short of memory")))
                .hasSize(1);
        assertThat(output.toString()).doesNotContain("\tat ");
    }

    private void expectOtherIsServed() throws IOException {
        other.receives(message(new Ping(0)));
        assertThat(other.frame().firstByte()).isEqualTo(WebSocketFrame.BINARY);
    }

    private static int closeCode(WorkersPortChannel worker) throws IOException {
        WebSocketFrame close = worker.frame();
        assertThat(close.firstByte()).isEqualTo(WebSocketFrame.CLOSE);
        byte[] payload = close.payload().toByteArray();
        return Byte.toUnsignedInt(payload[0]) << 8 | Byte.toUnsignedInt(payload[1]);
    }
}
