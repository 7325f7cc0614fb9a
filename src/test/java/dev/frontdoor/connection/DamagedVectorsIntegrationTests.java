package dev.frontdoor.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.protocol.Frame;
import dev.frontdoor.protocol.Frame.ConnectError;
import dev.frontdoor.protocol.FrameCodec;
import dev.frontdoor.protocol.ReasonCode;
import dev.frontdoor.protocol.Vectors;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.OpenServerTest;
import dev.frontdoor.test.server.ServerUnderTest;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** The recorded damaged messages, each on a connection of its own: what their worker is told. */
@OpenServerTest
class DamagedVectorsIntegrationTests {

    /** What a frame may have before Connect, header included. */
    private static final int LIMIT = 65_536;

    private static final int HEADER_SIZE = 10;
    private static final int LENGTH_OFFSET = 6;

    private final ServerUnderTest server;

    DamagedVectorsIntegrationTests(ServerUnderTest server) {
        this.server = server;
    }

    @AfterEach
    void nobodyIsLeft() {
        server.expectNobody();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 9})
    void webSocketIsClosedWithTheReason(int reasonCode) throws Exception {
        List<String> messages = errors(reasonCode).toList();
        assertThat(messages).isNotEmpty();
        for (String hex : messages) {
            try (TestWorker worker = server.connect()) {
                worker.sendBytes(bytes(hex));
                assertThat(worker.expectClose(1002).reason()).as(hex).startsWith(text(reasonCode));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 9})
    void streamEndsAfterAConnectErrorWithTheReason(int reasonCode) throws Exception {
        List<String> frames = errors(reasonCode).toList();
        assertThat(frames).isNotEmpty();
        for (String hex : frames) {
            assertThat(refusal(answers(hex)).message()).as(hex).startsWith(text(reasonCode));
        }
    }

    @ParameterizedTest
    @MethodSource("incomplete")
    void streamThatEndsWithinAFrameIsNotAnswered(List<String> frames) throws Exception {
        double broken = server.sum("frontdoor.connections.closed", "code", "1006");
        for (String hex : frames) {
            assertThat(answers(hex)).as(hex).isEmpty();
        }
        server.expectNobody();
        assertThat(server.sum("frontdoor.connections.closed", "code", "1006"))
                .isEqualTo(broken + frames.size());
    }

    static Stream<List<String>> incomplete() {
        return Stream.of(
                errors(1).filter(hex -> !hex.isEmpty()).toList(),
                errors(2).filter(hex -> declared(hex) <= LIMIT).toList());
    }

    @ParameterizedTest
    @MethodSource("tooLong")
    void frameThatDeclaresMoreThanTheLimitIsRefusedByItsHeader(String hex) throws Exception {
        assertThat(refusal(answers(hex)).message()).contains("at most " + LIMIT);
    }

    static Stream<String> tooLong() {
        return errors(2).filter(hex -> declared(hex) > LIMIT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"frame", "trailing"})
    void frameThatDecodesIsNoReasonToEndTheStream(String verdict) throws Exception {
        for (String hex : withVerdict(verdict).map(DamagedVectorsIntegrationTests::hex).toList()) {
            assertThat(answers(hex))
                    .as(hex)
                    .noneMatch(DamagedVectorsIntegrationTests::saysThatAFrameIsMalformed);
        }
    }

    /**
     * What comes over TCP until the service ends the stream, after the worker has ended its own.
     */
    private List<Frame> answers(String hex) throws IOException {
        try (Socket worker = new Socket(InetAddress.getLoopbackAddress(), server.tcp().getPort())) {
            worker.setSoTimeout(Math.toIntExact(ServerUnderTest.MAX_WAIT.toMillis()));
            worker.getOutputStream().write(bytes(hex));
            worker.shutdownOutput();
            ByteBuffer received = ByteBuffer.wrap(worker.getInputStream().readAllBytes());
            List<Frame> frames = new ArrayList<>();
            while (received.hasRemaining()) {
                int size = HEADER_SIZE + received.getInt(received.position() + LENGTH_OFFSET);
                frames.add(FrameCodec.decode(received.slice(received.position(), size)));
                received.position(received.position() + size);
            }
            return frames;
        }
    }

    private static ConnectError refusal(List<Frame> answers) {
        assertThat(answers).singleElement().isInstanceOf(ConnectError.class);
        ConnectError refusal = (ConnectError) answers.getFirst();
        assertThat(refusal.reasonCode()).isEqualTo(ReasonCode.MALFORMED_PAYLOAD.code());
        return refusal;
    }

    private static boolean saysThatAFrameIsMalformed(Frame frame) {
        return frame instanceof ConnectError error
                && error.reasonCode() == ReasonCode.MALFORMED_PAYLOAD.code();
    }

    private static Stream<String> errors(int reasonCode) {
        return withVerdict("error")
                .filter(vector -> vector.required("reasonCode").intValue() == reasonCode)
                .map(DamagedVectorsIntegrationTests::hex);
    }

    private static Stream<JsonNode> withVerdict(String verdict) {
        return Vectors.read("malformed.jsonl").stream()
                .filter(vector -> vector.required("verdict").stringValue().equals(verdict));
    }

    private static String hex(JsonNode vector) {
        return vector.required("hex").stringValue();
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    private static long declared(String hex) {
        return HEADER_SIZE
                + Integer.toUnsignedLong(ByteBuffer.wrap(bytes(hex)).getInt(LENGTH_OFFSET));
    }

    private static String text(int reasonCode) {
        return "0x%s".formatted(HexFormat.of().toHexDigits((short) reasonCode));
    }
}
