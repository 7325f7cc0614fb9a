package dev.frontdoor.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.protocol.Frame.Ping;
import dev.frontdoor.protocol.Frame.Pong;
import dev.frontdoor.test.TestWorker;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

/** The service where Netty has no native transport. */
class NioTransportIntegrationTests {

    @TempDir Path directory;

    @Test
    void startSaysWhatNioLacksAndWorkersOverTcpAreServed() throws Exception {
        try (ServiceProcess service =
                ServiceProcess.in(directory)
                        .jvmOption("-Dio.netty.transport.noNative=true")
                        .start("--frontdoor.tcp.port=0")) {
            assertThat(service.log())
                    .contains("TCP sockets are those of NIO here, which has no user timeout");
            try (TestWorker worker = service.tcpWorker().connect()) {
                worker.register(TestWorker.registration("worker-1"));
                worker.send(new Ping(0));
                worker.expect(Pong.class);
                worker.halfClose();
                worker.expectClose(1000);
            }
        }
    }

    @Test
    void startOnEpollSaysNothingOfIt() throws Exception {
        try (ServiceProcess service =
                ServiceProcess.in(directory).start("--frontdoor.tcp.port=0")) {
            assertThat(service.log())
                    .contains("workers connect over plain TCP on port")
                    .doesNotContain("user timeout");
        }
    }
}
