package dev.frontdoor.test;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.protocol.Frame;
import dev.frontdoor.protocol.FrameCodec;
import dev.frontdoor.test.ScriptedServer.Peer;

import java.io.IOException;
import java.net.URI;

/** A scripted server and the worker that is connected to it. */
final class ScriptedServerFixture implements AutoCloseable {

    private final ScriptedServer server = ScriptedServer.granting();
    private TestWorker worker;
    private Peer peer;

    /** Connects a worker without settings of its own. */
    ScriptedServerFixture() throws Exception {
        worker = TestWorker.connect(server.uri());
        peer = server.peer();
    }

    /** Closes the worker, and connects another one in its place. */
    TestWorker connect(TestWorkerBuilder builder) throws Exception {
        worker.close();
        worker = builder.connect();
        peer = server.peer();
        return worker;
    }

    TestWorker worker() {
        return worker;
    }

    /** The server's end of the worker's connection. */
    Peer peer() {
        return peer;
    }

    URI uri() {
        return server.uri();
    }

    /** The payload of the next WebSocket frame of the worker, which has to begin with this byte. */
    byte[] received(int firstByte) throws IOException {
        WebSocketFrame frame = peer.read();
        assertThat(frame.firstByte()).isEqualTo(firstByte);
        assertThat(frame.masked()).isTrue();
        return frame.payload().toByteArray();
    }

    /** Sends frames to the worker. */
    void write(Frame... frames) throws IOException {
        for (Frame frame : frames) {
            peer.write(WebSocketFrame.BINARY, FrameCodec.encode(frame));
        }
    }

    @Override
    public void close() throws IOException {
        worker.close();
        peer.close();
        server.close();
    }
}
