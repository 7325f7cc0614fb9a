package dev.frontdoor.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.frontdoor.protocol.Frame.Ping;
import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.protocol.FrameCodec;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.TestWorker.Close;
import dev.frontdoor.test.server.OpenServerTest;
import dev.frontdoor.test.server.ServerUnderTest;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** Close frames, and messages that are not one whole frame. */
@OpenServerTest
class CloseCodesIntegrationTests {

    private static final byte[] PING = FrameCodec.encode(new Ping(0));

    private final ServerUnderTest server;

    CloseCodesIntegrationTests(ServerUnderTest server) {
        this.server = server;
    }

    @AfterEach
    void nextWorkerIsServedAndNobodyIsLeft() throws Exception {
        try (TestWorker next = server.register(server.newIdentity())) {
            next.expectNothing();
        }
        server.expectNobody();
    }

    @Test
    void closeOfTheWorkerIsAnsweredWith1000() throws Exception {
        try (TestWorker worker = server.register(server.newIdentity())) {
            worker.close(1001, "going away");

            assertThat(worker.expectClose()).isEqualTo(new Close(1000, ""));
            worker.expectEnd();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongMessages")
    void messageThatIsNotOneWholeFrameEndsTheConnection(
            String name, byte[] message, String reasonCode) throws Exception {
        try (TestWorker worker = server.register(server.newIdentity())) {
            worker.sendBytes(message);

            assertThat(worker.expectClose(1002).reason()).startsWith(reasonCode + " ");
            worker.expectEnd();
        }
    }

    static Stream<Arguments> wrongMessages() {
        byte[] two = Arrays.copyOf(PING, 20);
        System.arraycopy(PING, 0, two, 10, 10);
        byte[] register = FrameCodec.encode(new WorkerRegister(0, TestWorker.registration("half")));
        byte[] offStream = PING.clone();
        offStream[5] = 1;
        return Stream.of(
                arguments("empty", new byte[0], "0x0001"),
                arguments("half a header", Arrays.copyOf(PING, 5), "0x0001"),
                arguments("half a frame", Arrays.copyOf(register, 20), "0x0002"),
                arguments("two frames", two, "0x0009"),
                arguments("trailing byte", Arrays.copyOf(PING, 11), "0x0009"),
                arguments("control frame on stream 1", offStream, "0x0004"));
    }

    @Test
    void everyDamagedVectorEndsItsConnectionWithItsReasonCode() throws Exception {
        List<JsonNode> vectors = vectors("error");
        double closed = server.sum("frontdoor.connections.closed", "code", "1002");
        for (JsonNode vector : vectors) {
            String hex = vector.required("hex").stringValue();
            try (TestWorker worker = server.connect()) {
                worker.sendBytes(HexFormat.of().parseHex(hex));

                assertThat(worker.expectClose(1002).reason())
                        .as(hex)
                        .startsWith("0x%04X ".formatted(vector.required("reasonCode").intValue()));
            }
        }
        assertThat(vectors).hasSizeGreaterThan(250);
        server.expectSum(closed + vectors.size(), "frontdoor.connections.closed", "code", "1002");
    }

    @Test
    void everyVectorWithTrailingBytesEndsItsConnection() throws Exception {
        for (JsonNode vector : vectors("trailing")) {
            String hex = vector.required("hex").stringValue();
            try (TestWorker worker = server.connect()) {
                worker.sendBytes(HexFormat.of().parseHex(hex));
                assertThat(worker.expectClose(1002).reason()).as(hex).startsWith("0x0009 ");
            }
        }
    }

    @Test
    void workerThatOnlyEndsItsSocketIsUnregistered() throws Exception {
        double broken = server.sum("frontdoor.connections.closed", "code", "1006");
        try (TestWorker worker = server.register(server.newIdentity())) {
            worker.halfClose();
            worker.expectEnd();
        }
        server.expectNobody();
        server.expectSum(broken + 1, "frontdoor.connections.closed", "code", "1006");
    }

    private static List<JsonNode> vectors(String verdict) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("conformance/vectors/malformed.jsonl"))) {
            return lines.map(JsonMapper.shared()::readTree)
                    .filter(vector -> vector.required("verdict").stringValue().equals(verdict))
                    .toList();
        }
    }
}
