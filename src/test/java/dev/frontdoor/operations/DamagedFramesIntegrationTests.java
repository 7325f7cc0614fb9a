package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;

import dev.frontdoor.protocol.Bytes;
import dev.frontdoor.protocol.DamagedFrames;
import dev.frontdoor.protocol.Frame;
import dev.frontdoor.protocol.Frame.Connect;
import dev.frontdoor.protocol.Frame.ConnectError;
import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.protocol.FrameCodec;
import dev.frontdoor.protocol.ProtocolVersion;
import dev.frontdoor.protocol.ReasonCode;
import dev.frontdoor.protocol.Vectors;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.WebSocketFrame;
import dev.frontdoor.test.server.BothTransports;
import dev.frontdoor.test.server.HttpSocket;
import dev.frontdoor.test.server.Requests;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.WorkerTransport;

import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Connections whose frames are damaged, before and after Connect. Each gets a typed refusal or is
 * served, and leaves nothing. The system property {@code seed} selects the frames.
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
    private static final int CLOSE = 0x88;
    private static final Set<Integer> CLOSES = Set.of(1000, 1002, 1008, 1009);
    private static final Set<Integer> REFUSALS =
            Set.of(
                    ReasonCode.AUTHENTICATION_FAILED.code(),
                    ReasonCode.NO_COMMON_VERSION.code(),
                    ReasonCode.MALFORMED_PAYLOAD.code(),
                    ReasonCode.OTHER.code());

    private final ServerUnderTest server;
    private final Random random = new Random(SEED);
    private final List<byte[]> intact = Vectors.messages("frames.jsonl");
    private final DamagedFrames damaged = new DamagedFrames(SEED, intact);

    DamagedFramesIntegrationTests(ServerUnderTest server) {
        this.server = server;
    }

    @Test
    void damagedFramesAreRefusedByTypeAndLeaveNothing() throws Exception {
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
        try (TestWorker worker = server.worker().token("sesame").connect()) {
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
            ByteArrayOutputStream messages = new ByteArrayOutputStream();
            switch (random.nextInt(3)) {
                case 0 -> {
                    // Strangers, too, send damaged frames.
                }
                case 1 -> add(messages, FrameCodec.encode(connect()));
                default -> {
                    add(messages, FrameCodec.encode(connect()));
                    add(
                            messages,
                            FrameCodec.encode(
                                    new WorkerRegister(
                                            0, TestWorker.registration(server.newIdentity()))));
                }
            }
            for (int i = random.nextInt(1, 6); i > 0; i--) {
                if (random.nextInt(3) > 0) {
                    add(messages, damaged.next());
                    sent++;
                } else {
                    add(messages, intact.get(random.nextInt(intact.size())));
                }
            }
            exchange(messages.toByteArray());
        }
    }

    private static Connect connect() {
        return new Connect(
                0,
                ProtocolVersion.V1_0,
                ProtocolVersion.V1_3,
                Bytes.copyOf("sesame".getBytes(StandardCharsets.UTF_8)));
    }

    private void add(ByteArrayOutputStream messages, byte[] message) {
        messages.writeBytes(
                server.transport() == WorkerTransport.TCP
                        ? message
                        : WebSocketFrame.masked(WebSocketFrame.BINARY, message));
    }

    /** Sends all, and looks at what comes until the service ends the connection. */
    private void exchange(byte[] messages) throws IOException {
        if (server.transport() == WorkerTransport.TCP) {
            try (Socket worker =
                    new Socket(InetAddress.getLoopbackAddress(), server.tcp().getPort())) {
                worker.setSoTimeout(Math.toIntExact(ServerUnderTest.MAX_WAIT.toMillis()));
                worker.getOutputStream().write(messages);
                worker.shutdownOutput();
                readFrames(worker.getInputStream());
            }
        } else {
            try (HttpSocket worker = server.http()) {
                worker.send(
                        Requests.upgrade().toString().getBytes(StandardCharsets.ISO_8859_1),
                        messages,
                        WebSocketFrame.masked(CLOSE, new byte[] {3, (byte) 232}));
                assertThat(worker.answerWithoutBody().status()).isEqualTo(101);
                readMessages(worker);
            }
        }
    }

    private static void readFrames(InputStream in) throws IOException {
        ByteBuffer received = ByteBuffer.wrap(in.readAllBytes());
        while (received.hasRemaining()) {
            int size = FrameCodec.HEADER_SIZE + received.getInt(received.position() + 6);
            Frame frame = FrameCodec.decode(received.slice(received.position(), size));
            received.position(received.position() + size);
            if (frame instanceof ConnectError refusal) {
                assertThat(REFUSALS).as("seed %s", SEED).contains(refusal.reasonCode());
            }
        }
    }

    private static void readMessages(HttpSocket worker) throws IOException {
        try {
            WebSocketFrame frame = worker.frame();
            while (frame.firstByte() == WebSocketFrame.BINARY) {
                Frame _ = FrameCodec.decode(ByteBuffer.wrap(frame.payload().toByteArray()));
                frame = worker.frame();
            }
            assertThat(frame.firstByte()).as("seed %s", SEED).isEqualTo(CLOSE);
            int code = ByteBuffer.wrap(frame.payload().toByteArray()).getShort();
            assertThat(CLOSES).as("seed %s", SEED).contains(code);
        } catch (EOFException | SocketException e) {
            throw new AssertionError("the connection ended without a close, seed " + SEED, e);
        }
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
