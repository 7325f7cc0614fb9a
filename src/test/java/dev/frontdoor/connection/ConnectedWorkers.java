package dev.frontdoor.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.frontdoor.protocol.Bytes;
import dev.frontdoor.protocol.Frame;
import dev.frontdoor.protocol.Frame.Connect;
import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.protocol.FrameCodec;
import dev.frontdoor.protocol.ProtocolVersion;
import dev.frontdoor.registration.CloseCause;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.ServiceContext;
import dev.frontdoor.test.server.TestChannel;

import io.netty.buffer.Unpooled;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Workers of a service without a server. The test sends their frames. */
public final class ConnectedWorkers {

    private static final Duration MAX_WAIT = Duration.ofSeconds(60);

    private final ServiceContext service;

    public ConnectedWorkers(ServiceContext service) {
        this.service = service;
    }

    /** Opens a connection that has sent nothing. */
    public Worker connect() {
        return connect(true);
    }

    /** Opens a connection, with or without WebSocket pings. */
    public Worker connect(boolean canPing) {
        return connect(canPing, Duration.ZERO);
    }

    /** Opens a connection whose transport pauses after the answer to a registration. */
    Worker connect(Duration pauseAfterAck) {
        return connect(false, pauseAfterAck);
    }

    private Worker connect(boolean canPing, Duration pauseAfterAck) {
        TestChannel channel = service.time().channel();
        RecordingTransport transport = new RecordingTransport(channel, canPing, pauseAfterAck);
        WorkerConnection connection =
                service.bean(WorkerConnectionFactory.class)
                        .create(channel, transport, "192.0.2.1:4711", WorkerDeclaration.NONE);
        connection.opened(null);
        return new Worker(channel, transport, connection);
    }

    /** Registers a worker and waits for its acknowledgment. */
    public Worker register(String identity) {
        Worker worker = connect();
        worker.sends(new WorkerRegister(0, TestWorker.registration(identity)));
        worker.awaits(WorkerRegisterAck.ACCEPTED);
        return worker;
    }

    /** A worker on a test channel. */
    public final class Worker {

        final TestChannel channel;
        final RecordingTransport transport;
        final WorkerConnection connection;

        private Worker(
                TestChannel channel, RecordingTransport transport, WorkerConnection connection) {
            this.channel = channel;
            this.transport = transport;
            this.connection = connection;
        }

        /** Why the service has closed the connection; null if it has not. */
        public @Nullable CloseCause closed() {
            return transport.closed();
        }

        /** The network reports that the connection is gone. */
        public void vanishes() {
            connection.broken("gone");
        }

        public void sends(Frame frame) {
            connection.received(Unpooled.wrappedBuffer(FrameCodec.encode(frame)));
            connection.onRead();
        }

        /** Sends a Connect with a token. */
        public void authenticates(String token) {
            sends(
                    new Connect(
                            0,
                            new ProtocolVersion(1, 0),
                            new ProtocolVersion(1, 3),
                            Bytes.copyOf(token.getBytes(StandardCharsets.UTF_8))));
        }

        /** Waits for a frame whose decision other threads make. */
        public void awaits(Frame frame) {
            await().pollInSameThread()
                    .pollInterval(Duration.ofMillis(1))
                    .atMost(MAX_WAIT)
                    .untilAsserted(() -> {
                        service.time().runTasks();
                        assertThat(transport.sent).contains(frame);
                    });
        }
    }
}
