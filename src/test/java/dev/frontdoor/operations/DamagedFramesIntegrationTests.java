package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;

import dev.frontdoor.operations.ExpectedExchange.End;
import dev.frontdoor.protocol.Bytes;
import dev.frontdoor.protocol.DamagedFrames;
import dev.frontdoor.protocol.Frame.Connect;
import dev.frontdoor.protocol.Frame.Ping;
import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.protocol.FrameCodec;
import dev.frontdoor.protocol.ProtocolVersion;
import dev.frontdoor.protocol.Vectors;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.WebSocketFrame;
import dev.frontdoor.test.server.BothTransports;
import dev.frontdoor.test.server.HttpSocket;
import dev.frontdoor.test.server.Requests;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.WorkerTransport;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Connections whose frames are damaged, before and after Connect. Each is refused or served exactly
 * as the protocol says, and leaves nothing. The system property {@code seed} selects the frames.
 */
@BothTransports
@FrontDoorTest({
    "frontdoor.auth.tokens=sesame",
    "frontdoor.departures.size=10",
    "frontdoor.events.buffer-size=10"
})
class DamagedFramesIntegrationTests {

    private static final int DAMAGED = Boolean.getBoolean("long") ? 10_000 : 500;
    private static final int WARM_UP = 300;
    private static final long SEED = Long.getLong("seed", System.nanoTime());

    private static final long HEAP_NOISE = 8_000_000;
    private static final String TOKEN = "sesame";
    private static final int CONNECT_ERROR = 0x03;
    private static final int PONG = 0x14;

    private final ServerUnderTest server;
    private final Random random = new Random(SEED);
    private final List<byte[]> intact = Vectors.messages("frames.jsonl");
    private final DamagedFrames damaged = new DamagedFrames(SEED, intact);

    DamagedFramesIntegrationTests(ServerUnderTest server) {
        this.server = server;
    }

    @Test
    void everyFrameIsRefusedOrServedAsTheProtocolSaysAndLeavesNothing() throws Exception {
        try (Errors errors = new Errors()) {
            send(WARM_UP);
            long before = heapAtRest();
            send(DAMAGED);
            ServerUnderTest.eventually(() ->
                    assertThat(heapAtRest())
                            .as("heap, seed %s", SEED)
                            .isLessThan(before + HEAP_NOISE));
            assertThat(errors.lines).as("seed %s", SEED).isEmpty();
        }
        try (TestWorker worker = server.worker().token(TOKEN).connect()) {
            worker.register(TestWorker.registration(server.newIdentity()));
        }
    }

    private long heapAtRest() {
        server.expectNobody();
        for (String budget : List.of("messages", "registrations", "unread")) {
            server.expectSum(0, "frontdoor.budget.used", "budget", budget);
        }
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private void send(int count) throws IOException {
        int sent = 0;
        while (sent < count) {
            List<byte[]> messages = new ArrayList<>();
            int first = random.nextInt(3); // Strangers, too, send damaged frames.
            if (first > 0) {
                messages.add(FrameCodec.encode(connect()));
            }
            if (first > 1) {
                messages.add(
                        FrameCodec.encode(
                                new WorkerRegister(
                                        0, TestWorker.registration(server.newIdentity()))));
            }
            for (int i = random.nextInt(1, 6); i > 0; i--) {
                if (random.nextInt(3) > 0) {
                    messages.add(damaged.next());
                    sent++;
                } else {
                    messages.add(intact.get(random.nextInt(intact.size())));
                }
            }
            messages.add(FrameCodec.encode(new Ping(0)));
            try {
                exchange(messages);
            } catch (IOException | AssertionError e) {
                throw new AssertionError("seed %s: %s".formatted(SEED, hex(messages)), e);
            }
        }
    }

    private static List<String> hex(List<byte[]> messages) {
        return messages.stream().map(HexFormat.of()::formatHex).toList();
    }

    private static Connect connect() {
        return new Connect(
                0,
                ProtocolVersion.V1_0,
                ProtocolVersion.V1_3,
                Bytes.copyOf(TOKEN.getBytes(StandardCharsets.UTF_8)));
    }

    private void exchange(List<byte[]> messages) throws IOException {
        if (server.transport() == WorkerTransport.TCP) {
            exchangeFrames(messages);
        } else {
            exchangeMessages(messages);
        }
    }

    private void exchangeFrames(List<byte[]> frames) throws IOException {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        frames.forEach(stream::writeBytes);
        ExpectedExchange expected = new ExpectedExchange(TOKEN);
        boolean isWhole = expected.receiveStream(stream.toByteArray());
        if (!expected.isOrdered()) {
            return;
        }
        try (Socket worker = new Socket(InetAddress.getLoopbackAddress(), server.tcp().getPort())) {
            worker.setSoTimeout(Math.toIntExact(ServerUnderTest.MAX_WAIT.toMillis()));
            worker.getOutputStream().write(stream.toByteArray());
            DataInputStream in = new DataInputStream(worker.getInputStream());
            boolean ended = expected.end() != null;
            if (!isWhole) {
                worker.shutdownOutput();
                ended = true;
            }
            int pongs = 0;
            byte[] error = null;
            while (true) {
                if (!ended && pongs == expected.pongs()) {
                    worker.shutdownOutput();
                    ended = true;
                }
                byte[] frame = readFrame(in);
                if (frame == null) {
                    break;
                }
                pongs += frame[0] == PONG ? 1 : 0;
                error = frame[0] == CONNECT_ERROR ? frame : error;
            }
            expectRefusal(expected.end(), error);
            if (isWhole) {
                assertThat(pongs).as("Pongs").isEqualTo(expected.pongs());
            }
        }
    }

    /** The next frame; null after the last. */
    private static byte @Nullable [] readFrame(DataInputStream in) throws IOException {
        byte[] header = in.readNBytes(FrameCodec.HEADER_SIZE);
        if (header.length == 0) {
            return null;
        }
        int length = ByteBuffer.wrap(header).getInt(6);
        byte[] frame = Arrays.copyOf(header, header.length + length);
        in.readFully(frame, header.length, length);
        return frame;
    }

    private static void expectRefusal(@Nullable End expected, byte @Nullable [] error) {
        if (expected == null || expected.reasonCode() == 0) {
            assertThat(error).as("ConnectError").isNull();
            return;
        }
        assertThat(error).as("ConnectError, as expected: %s", expected).isNotNull();
        ByteBuffer payload = ByteBuffer.wrap(Objects.requireNonNull(error)).position(10);
        assertThat(Short.toUnsignedInt(payload.getShort())).isEqualTo(expected.reasonCode());
        assertThat(text(payload.position(payload.position() + 5))).startsWith(expected.text());
    }

    private void exchangeMessages(List<byte[]> messages) throws IOException {
        ExpectedExchange expected = new ExpectedExchange(TOKEN);
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        for (byte[] message : messages) {
            expected.receive(message);
            sent.writeBytes(WebSocketFrame.masked(WebSocketFrame.BINARY, message));
        }
        if (!expected.isOrdered()) {
            return;
        }
        try (HttpSocket worker = server.http()) {
            worker.send(
                    Requests.upgrade().toString().getBytes(StandardCharsets.ISO_8859_1),
                    sent.toByteArray());
            assertThat(worker.answerWithoutBody().status()).isEqualTo(101);
            boolean ended = expected.end() != null;
            int pongs = 0;
            WebSocketFrame frame = worker.frame();
            while (frame.firstByte() == WebSocketFrame.BINARY) {
                pongs += frame.payload().toByteArray()[0] == PONG ? 1 : 0;
                if (!ended && pongs == expected.pongs()) {
                    worker.send(WebSocketFrame.close(1000));
                    ended = true;
                }
                frame = worker.frame();
            }
            assertThat(frame.firstByte()).isEqualTo(WebSocketFrame.CLOSE);
            ByteBuffer close = ByteBuffer.wrap(frame.payload().toByteArray());
            End end = Objects.requireNonNullElse(expected.end(), ExpectedExchange.WORKERS_OWN);
            assertThat(Short.toUnsignedInt(close.getShort()))
                    .as("%s", end)
                    .isEqualTo(end.closeCode());
            assertThat(text(close)).startsWith(end.text());
            assertThat(pongs).as("Pongs").isEqualTo(expected.pongs());
        }
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes).toString();
    }

    /** Keeps the lines of the level ERROR. */
    private static final class Errors extends AppenderBase<ILoggingEvent> implements AutoCloseable {

        private final Queue<String> lines = new ConcurrentLinkedQueue<>();
        private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);

        Errors() {
            start();
            root.addAppender(this);
        }

        @Override
        protected void append(ILoggingEvent line) {
            if (line.getLevel().isGreaterOrEqual(Level.ERROR)) {
                lines.add(line.getFormattedMessage());
            }
        }

        @Override
        public void close() {
            root.detachAppender(this);
        }
    }
}
