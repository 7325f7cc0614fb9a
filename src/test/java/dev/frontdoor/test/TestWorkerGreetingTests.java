package dev.frontdoor.test;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.protocol.Frame.ConnectError;
import dev.frontdoor.protocol.FrameCodec;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;

import javax.net.SocketFactory;

/** A service over TCP that refuses a worker before its greeting. */
class TestWorkerGreetingTests {

    @Test
    void refusedWorkerReadsWhyAlthoughItsGreetingFails() throws Exception {
        ConnectError refusal = new ConnectError(0, 9, "no room");
        try (ServerSocket service = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                TestWorker worker =
                        TestWorker.to(URI.create("tcp://localhost:" + service.getLocalPort()))
                                .socketFactory(new UnwritableSockets())
                                .greeting()
                                .connect();
                Socket accepted = service.accept()) {
            accepted.getOutputStream().write(FrameCodec.encode(refusal));

            assertThat(worker.expect(ConnectError.class)).isEqualTo(refusal);
        }
    }

    private static final class UnwritableSockets extends SocketFactory {

        @Override
        public Socket createSocket() {
            return new Socket() {
                @Override
                public OutputStream getOutputStream() {
                    return new OutputStream() {
                        @Override
                        public void write(int b) throws IOException {
                            throw new IOException("the other side has closed");
                        }
                    };
                }
            };
        }

        @Override
        public Socket createSocket(String host, int port) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress local, int localPort) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(InetAddress host, int port) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
            throw new UnsupportedOperationException();
        }
    }
}
