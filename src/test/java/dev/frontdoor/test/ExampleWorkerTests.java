package dev.frontdoor.test;

import static dev.frontdoor.test.WebSocketFrame.BINARY;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.frontdoor.protocol.Bytes;
import dev.frontdoor.protocol.Frame;
import dev.frontdoor.protocol.Frame.Connect;
import dev.frontdoor.protocol.Frame.ConnectAck;
import dev.frontdoor.protocol.Frame.Push;
import dev.frontdoor.protocol.Frame.PushReply;
import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.protocol.FrameCodec;
import dev.frontdoor.protocol.ProtocolVersion;
import dev.frontdoor.test.ScriptedServer.Peer;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code examples/Worker.java}, run as its users run it. */
@Timeout(120)
class ExampleWorkerTests {

    @TempDir Path folder;

    private ScriptedServer server;
    private @Nullable Process worker;

    @BeforeEach
    void listen() throws IOException {
        server = ScriptedServer.granting();
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
        if (worker != null) {
            worker.destroyForcibly();
            assertThat(worker.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void pushesAreAnsweredWithTheirPayload() throws Exception {
        try (Peer peer = register()) {
            write(peer, new Push(0, 1, 7, Bytes.ofHex("0102")));

            assertThat(read(peer)).isEqualTo(new PushReply(0, 1, 7, Bytes.ofHex("0102")));
        }
    }

    @Test
    void pushBeyondTheCapacityIsRefusedAsBusyInTheCanonicalSpelling() throws Exception {
        try (Peer peer = register("--capacity", "2", "--work-millis", "999999999")) {
            for (int i = 1; i <= 3; i++) {
                write(peer, new Push(0, 1, i, Bytes.EMPTY));
            }

            String refusal = "{\"code\":\"busy\",\"words\":\"at the capacity of 2\"}";
            assertThat(read(peer)).isEqualTo(new PushReply(PushReply.REFUSAL, 1, 3, utf8(refusal)));
        }
    }

    @Test
    void pushThatIsAnsweredMakesRoomForTheNext() throws Exception {
        try (Peer peer = register("--capacity", "1")) {
            for (int i = 1; i <= 3; i++) {
                write(peer, new Push(0, 1, i, Bytes.EMPTY));
                assertThat(read(peer)).isEqualTo(new PushReply(0, 1, i, Bytes.EMPTY));
            }
        }
    }

    @Test
    void workerSaysWhereItCannotConnect() throws Exception {
        server.close();
        start();

        awaitOutput(
                "cannot connect to %s: nobody listens there".formatted(server.uri()),
                "reconnecting in");
    }

    @Test
    void workerSaysWhoRefusesIt() throws Exception {
        server.close();
        server =
                ScriptedServer.answering(
                        head -> "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
        start();

        awaitOutput("%s refused with HTTP status 404".formatted(server.uri()), "not coming back");
    }

    @Test
    void labelsAreDeclaredAtTheUpgrade() throws Exception {
        try (Peer peer = register("--label", "zone=eu1", "--label", "say=\"a\\b\"")) {
            assertThat(peer.head())
                    .contains("Worker-Labels: zone=\"eu1\", say=\"\\\"a\\\\b\\\"\"\r\n")
                    .contains("User-Agent: frontdoor-example/1.0\r\n");
        }
    }

    @Test
    void labelNeedsANameAndAText() throws Exception {
        Process worker = start("--label", "Zone");

        assertThat(worker.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(worker.exitValue()).isEqualTo(2);
        assertThat(folder.resolve("output")).content().contains("--label 'Zone'");
    }

    @Test
    void capacityMustBeANumber() throws Exception {
        Process worker = start("--capacity", "many");

        assertThat(worker.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(worker.exitValue()).isEqualTo(2);
        assertThat(folder.resolve("output")).content().contains("--capacity 'many'");
    }

    @Test
    void tokenIsSentInConnect() throws Exception {
        start("--token", "of-alice");
        try (Peer peer = server.peer()) {
            assertThat(tokenOf(read(peer))).isEqualTo("of-alice");
            assertThat(peer.head()).doesNotContain("Authorization");
        }
    }

    @Test
    void tokenIsSentAtTheUpgradeOnlyIfAskedFor() throws Exception {
        start("--token", "of-alice", "--bearer");
        try (Peer peer = server.peer()) {
            assertThat(peer.head()).contains("Authorization: Bearer of-alice\r\n");
            assertThat(tokenOf(read(peer))).isEmpty();
        }
    }

    @Test
    void tokenFileIsReadAgainForEachConnection() throws Exception {
        Path token = Files.writeString(folder.resolve("token"), "first\n");
        start("--token-file", token.toString(), "--bearer");
        try (Peer peer = server.peer()) {
            assertThat(peer.head()).contains("Authorization: Bearer first\r\n");
            Files.writeString(token, "second");
        }
        try (Peer peer = server.peer()) {
            assertThat(peer.head()).contains("Authorization: Bearer second\r\n");
        }
    }

    @Test
    void workerWaitsForATokenFileThatIsNotThere() throws Exception {
        Path token = folder.resolve("token");
        start("--token-file", token.toString());
        awaitOutput("cannot read what proves who this worker is", "reconnecting in");
        Files.writeString(token, "late");
        try (Peer peer = server.peer()) {
            assertThat(tokenOf(read(peer))).isEqualTo("late");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--token a --token-file b", "--bearer", "--certificate a", "--key a"})
    void waysOfProvingThatDoNotFitAreRefused(String options) throws Exception {
        Process worker = start(options.split(" "));

        assertThat(worker.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(worker.exitValue()).isEqualTo(2);
        assertThat(folder.resolve("output")).content().contains("allowed: ");
    }

    private static String tokenOf(Frame frame) {
        assertThat(frame).isInstanceOf(Connect.class);
        return new String(((Connect) frame).authToken().toByteArray(), StandardCharsets.UTF_8);
    }

    /** Starts the worker and lets it register. */
    private Peer register(String... options) throws Exception {
        start(options);
        Peer peer = server.peer();
        assertThat(read(peer)).isInstanceOf(Connect.class);
        write(peer, new ConnectAck(0, ProtocolVersion.V1_0, 0));
        assertThat(read(peer)).isInstanceOf(WorkerRegister.class);
        write(peer, WorkerRegisterAck.ACCEPTED);
        return peer;
    }

    private Process start(String... options) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("examples/Worker.java", "--url", server.uri().toString()));
        command.addAll(List.of(options));
        Process started =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("output").toFile())
                        .start();
        worker = started;
        return started;
    }

    private void awaitOutput(String... texts) {
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(
                        () -> assertThat(folder.resolve("output")).content().contains(texts));
    }

    private static void write(Peer peer, Frame frame) throws IOException {
        peer.write(BINARY, FrameCodec.encode(frame));
    }

    private static Frame read(Peer peer) throws IOException {
        WebSocketFrame frame = peer.read();
        assertThat(frame.firstByte()).isEqualTo(BINARY);
        return FrameCodec.decode(ByteBuffer.wrap(frame.payload().toByteArray()));
    }

    private static Bytes utf8(String text) {
        return Bytes.copyOf(text.getBytes(StandardCharsets.UTF_8));
    }
}
