package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.logging.LoggedOutputExtension;
import dev.frontdoor.logging.RepeatedLines;
import dev.frontdoor.logging.RepeatedLines.Kind;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.HttpSocket;
import dev.frontdoor.test.server.Requests;
import dev.frontdoor.test.server.ServerUnderTest;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.system.CapturedOutput;

import java.io.IOException;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A peer that makes the service log the same thing without end, and one of good will. */
@FrontDoorTest
@ExtendWith(LoggedOutputExtension.class)
class LogFloodIntegrationTests {

    private static final int TIMES = 400;

    /** The longest identity of such characters that is accepted. */
    private static final String EXPENSIVE = "\u202e".repeat(330);

    private static final int MAX_LINE = 3000;

    private final ServerUnderTest server;

    LogFloodIntegrationTests(ServerUnderTest server) {
        this.server = server;
    }

    @AfterEach
    void nobodyIsLeft() {
        server.expectNobody();
    }

    /** What a peer does, and how many lines each time has without a bound. */
    enum Flood {
        REGISTER_AND_LEAVE(2) {
            @Override
            void once(ServerUnderTest server, String address, int time) throws IOException {
                try (TestWorker worker = server.worker().from(address).connect()) {
                    worker.register(TestWorker.registration(EXPENSIVE));
                    worker.close(4999, "\u202e".repeat(40));
                }
            }
        },
        REGISTER_AND_VANISH(2) {
            @Override
            void once(ServerUnderTest server, String address, int time) throws IOException {
                try (TestWorker worker = server.worker().from(address).connect()) {
                    worker.register(TestWorker.registration(EXPENSIVE));
                    worker.vanish();
                }
            }
        },
        MALFORMED_FRAME(1) {
            @Override
            void once(ServerUnderTest server, String address, int time) throws IOException {
                try (TestWorker worker = server.worker().from(address).connect()) {
                    worker.sendBytes(new byte[] {1});
                    worker.expectClose(1002);
                }
            }
        },
        TEXT_MESSAGE(1) {
            @Override
            void once(ServerUnderTest server, String address, int time) throws IOException {
                try (TestWorker worker = server.worker().from(address).connect()) {
                    worker.sendText(EXPENSIVE);
                    worker.expectClose(1003);
                }
            }
        },
        REFUSED_UPGRADE(1) {
            @Override
            void once(ServerUnderTest server, String address, int time) throws IOException {
                try (HttpSocket socket = server.httpFrom(address)) {
                    socket.send(Requests.upgrade().with("Origin: https://evil").toString());
                    assertThat(socket.answer().status()).isEqualTo(403);
                }
            }
        },
        MALFORMED_REQUEST(1) {
            @Override
            void once(ServerUnderTest server, String address, int time) throws IOException {
                try (HttpSocket socket =
                        time % 2 == 0 ? server.httpFrom(address) : server.operatorsFrom(address)) {
                    socket.send("FORGED\r\n\r\n");
                    assertThat(socket.answer().status()).isEqualTo(400);
                }
            }
        },
        REFUSED_OPERATOR(1) {
            @Override
            void once(ServerUnderTest server, String address, int time) throws IOException {
                try (HttpSocket socket = server.operatorsFrom(address)) {
                    socket.send(
                            "POST /%s HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n"
                                    .formatted(time % 2 == 0 ? "actuator/info" : "/drain"));
                    assertThat(socket.answer().status()).isBetween(400, 405);
                }
            }
        };

        private final int lines;

        Flood(int lines) {
            this.lines = lines;
        }

        abstract void once(ServerUnderTest server, String address, int time) throws IOException;
    }

    @ParameterizedTest
    @EnumSource
    void linesOfOneAddressAreBoundedAndOthersKeepTheirs(Flood flood, CapturedOutput output)
            throws Exception {
        int before = output.length();
        String address = server.newAddress();
        String identity = server.newIdentity();
        long begin = System.nanoTime();
        for (int i = 0; i < TIMES; i++) {
            flood.once(server, address, i);
        }
        try (TestWorker good = server.worker().from(server.newAddress()).connect()) {
            good.register(TestWorker.registration(identity));
            good.close(1000, "");
        }
        ServerUnderTest.eventually(() ->
                assertThat(output.toString().substring(before))
                        .contains(
                                "registration of '" + identity + "' accepted",
                                "worker '" + identity + "' at"));
        Duration time = Duration.ofNanos(System.nanoTime() - begin);

        long intervals = 1 + time.dividedBy(RepeatedLines.INTERVAL);
        long bound = intervals * (Kind.EVENT.maxLines() + 1) * flood.lines + 2;
        String log =
                output.toString()
                        .substring(before)
                        .lines()
                        .filter(line -> line.contains(address) || !isOfAnother(line))
                        .collect(Collectors.joining("\n"));
        assertThat(log.lines().count())
                .as("%d lines without a bound", TIMES * flood.lines)
                .isBetween(3L, bound);
        assertThat(log.length()).isLessThan((int) bound * MAX_LINE);
        ServerUnderTest.eventually(() ->
                assertThat(output.toString().substring(before))
                        .containsPattern("\\d+ more [a-z0-9 ]+ of " + address + " within 10 s"));
    }

    /** Whether an earlier flood's summary, or a server of an earlier test, may write the line. */
    private static boolean isOfAnother(String line) {
        return Stream.of(" within 10 s", " i.l.core.", "[jwt-").anyMatch(line::contains);
    }
}
