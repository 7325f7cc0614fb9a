package dev.frontdoor.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.frontdoor.test.WebSocketFrame;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import javax.net.ServerSocketFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;

/** The script of {@code helm test} speaks the wire protocol and reports the service's answer. */
@Timeout(60)
class RegisterWorkerScriptTests {

    private static final String UPGRADED =
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n";
    private static final String CONNECT_ACK = "02000000000000000008" + "0001000000000000";
    private static final String ACCEPTED = "18000000000000000001" + "00";
    private static final String REJECTED =
            "1800000000000000000a" + "01" + "00000005" + hex("quota");
    private static final String DISCONNECT = "04000000000000000000";

    @TempDir Path folder;

    @Test
    void aWorkerConnectsRegistersAndLeaves() throws Exception {
        Run run = run(Map.of(), List.of(binary(CONNECT_ACK), binary(ACCEPTED)));

        assertThat(run.output()).contains("was accepted");
        assertThat(run.status()).isZero();
        assertThat(run.request())
                .startsWith("GET /liminal HTTP/1.1\r\n")
                .contains("Upgrade: websocket");
        assertThat(run.frames()).hasSize(3);
        assertThat(run.frames().get(0))
                .isEqualTo("0100000000000000000c" + "0001000000010000" + "00000000");
        assertThat(run.frames().get(2)).isEqualTo(DISCONNECT);
    }

    @Test
    void theRegistrationHoldsWhatTheChartSays() throws Exception {
        Run run = run(Map.of(), List.of(binary(CONNECT_ACK), binary(ACCEPTED)));

        String frame = run.frames().get(1);
        String payload = frame.substring(20);
        assertThat(frame).startsWith("170000000000" + "%08x".formatted(payload.length() / 2));
        assertThat(payload)
                .startsWith(
                        "00000001"
                                + sized("blue")
                                + sized("queue")
                                + "00"
                                + "00000001"
                                + sized("dig"))
                .contains(hex("front-door-test-"))
                .endsWith("00000000");
    }

    @Test
    void theFirstOfSeveralTokensIsShown() throws Exception {
        Path tokens = Files.writeString(folder.resolve("tokens"), "first-token,second-token\n");

        Run run =
                run(
                        Map.of("TOKENS_FILE", tokens.toString()),
                        List.of(binary(CONNECT_ACK), binary(ACCEPTED)));

        assertThat(run.frames().getFirst()).endsWith(sized("first-token"));
        assertThat(run.status()).isZero();
    }

    @Test
    void aLongRegistrationIsStillOneMessage() throws Exception {
        String namespace = "n".repeat(300);

        Run run =
                run(Map.of("NAMESPACE", namespace), List.of(binary(CONNECT_ACK), binary(ACCEPTED)));

        assertThat(run.frames().get(1)).contains(sized(namespace));
        assertThat(run.status()).isZero();
    }

    @Test
    void aPingIsNoAnswer() throws Exception {
        Run run =
                run(Map.of(), List.of("8900" + binary(CONNECT_ACK), "8902beef" + binary(ACCEPTED)));

        assertThat(run.output()).contains("was accepted");
    }

    @Test
    void aRejectionFailsWithItsReason() throws Exception {
        Run run = run(Map.of(), List.of(binary(CONNECT_ACK), binary(REJECTED)));

        assertThat(run.output()).contains("was rejected: quota");
        assertThat(run.status()).isEqualTo(1);
    }

    @Test
    void aRejectionWillDoWhereOnlyAnAnswerIsExpected() throws Exception {
        Run run = run(Map.of("EXPECT", "answered"), List.of(binary(CONNECT_ACK), binary(REJECTED)));

        assertThat(run.output()).contains("rejected, quota");
        assertThat(run.status()).isZero();
    }

    @Test
    void aRefusedTokenFailsWithItsCode() throws Exception {
        String error = "03000000000000000010" + "0006" + "01" + "00000009" + hex("bad token");

        Run run = run(Map.of(), List.of(binary(error)));

        assertThat(run.output()).contains("ConnectError 0x0006 bad token");
        assertThat(run.status()).isEqualTo(1);
    }

    @Test
    void aCloseFailsWithItsCode() throws Exception {
        Run run = run(Map.of(), List.of("88060fa3" + hex("full")));

        assertThat(run.output()).contains("closed: 4003 full");
        assertThat(run.status()).isEqualTo(1);
    }

    @Test
    void aConnectionThatJustEndsFails() throws Exception {
        Run run = run(Map.of(), List.of(""));

        assertThat(run.output()).contains("the connection ended");
        assertThat(run.status()).isEqualTo(1);
    }

    @Test
    void aRefusedUpgradeFailsWithItsStatus() throws Exception {
        Run run = run("HTTP/1.1 503 Service Unavailable\r\n\r\n", Map.of(), List.of());

        assertThat(run.output()).contains("answered with HTTP/1.1 503 Service Unavailable");
        assertThat(run.status()).isEqualTo(1);
    }

    @Test
    void tlsIsSpokenWithTheServerOfTheMountedCertificateOnly() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/openssl")), "there is no openssl here");
        KeyStore ours = keys("ours");
        Path trusted = certificate(ours, "trusted.crt");
        List<String> answers = List.of(binary(CONNECT_ACK), binary(ACCEPTED));
        Map<String, String> environment = Map.of("TLS_CERTIFICATE", trusted.toString());

        Run run = run(tls(ours), UPGRADED, environment, answers);
        Run stranger = run(tls(keys("stranger")), UPGRADED, environment, answers);

        assertThat(run.output()).contains("was accepted");
        assertThat(run.frames()).hasSize(3);
        assertThat(stranger.status()).isEqualTo(1);
        assertThat(stranger.frames()).isEmpty();
    }

    private static final char[] PASSWORD = "password".toCharArray();

    private KeyStore keys(String name) throws Exception {
        Path file = folder.resolve(name + ".p12");
        Process keytool =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-alias",
                                name,
                                "-keyalg",
                                "EC",
                                "-dname",
                                "CN=" + name,
                                "-keystore",
                                file.toString(),
                                "-storepass",
                                "password")
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        assertThat(keytool.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return KeyStore.getInstance(file.toFile(), PASSWORD);
    }

    private Path certificate(KeyStore keys, String name) throws Exception {
        byte[] encoded = keys.getCertificate(keys.aliases().nextElement()).getEncoded();
        return Files.writeString(
                folder.resolve(name),
                "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n"
                        .formatted(Base64.getMimeEncoder().encodeToString(encoded)));
    }

    private static ServerSocketFactory tls(KeyStore keys) throws Exception {
        KeyManagerFactory managers =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context.getServerSocketFactory();
    }

    private Run run(Map<String, String> environment, List<String> answers) throws Exception {
        return run(UPGRADED, environment, answers);
    }

    private Run run(String upgraded, Map<String, String> environment, List<String> answers)
            throws Exception {
        return run(ServerSocketFactory.getDefault(), upgraded, environment, answers);
    }

    /** Runs the script against a server that reads one message before each answer. */
    private Run run(
            ServerSocketFactory sockets,
            String upgraded,
            Map<String, String> environment,
            List<String> answers)
            throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "there is no bash here");
        try (ServerSocket server =
                sockets.createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            server.setSoTimeout(30_000);
            CompletableFuture<Seen> seen =
                    CompletableFuture.supplyAsync(() -> serve(server, upgraded, answers));
            Path output = folder.resolve("output");
            ProcessBuilder script =
                    new ProcessBuilder(
                                    "/bin/bash", Chart.file("files/register-worker.sh").toString())
                            .redirectErrorStream(true)
                            .redirectOutput(output.toFile());
            script.environment()
                    .putAll(
                            Map.of(
                                    "HOST", server.getInetAddress().getHostAddress(),
                                    "PORT", String.valueOf(server.getLocalPort()),
                                    "REQUEST_PATH", "/liminal",
                                    "NAMESPACE", "blue",
                                    "TASK_QUEUE", "queue",
                                    "ACTIVITY_TYPE", "dig"));
            script.environment().putAll(new TreeMap<>(environment));
            Process process = script.start();
            if (!process.waitFor(40, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("the script did not end: " + Files.readString(output));
            }
            Seen what = seen.get(30, TimeUnit.SECONDS);
            return new Run(
                    process.exitValue(), Files.readString(output), what.request(), what.frames());
        }
    }

    private static Seen serve(ServerSocket server, String upgraded, List<String> answers) {
        List<String> frames = new ArrayList<>();
        StringBuilder request = new StringBuilder();
        try (Socket socket = server.accept()) {
            socket.setSoTimeout(30_000);
            InputStream in = socket.getInputStream();
            OutputStream out = socket.getOutputStream();
            while (request.indexOf("\r\n\r\n") < 0) {
                int next = in.read();
                if (next < 0) {
                    throw new EOFException("no whole request");
                }
                request.append((char) next);
            }
            out.write(upgraded.getBytes(StandardCharsets.US_ASCII));
            for (String answer : answers) {
                frames.add(message(in));
                out.write(HexFormat.of().parseHex(answer));
            }
            if (!answers.isEmpty() && answers.getLast().contains(ACCEPTED)) {
                frames.add(message(in));
            }
            return new Seen(request.toString(), frames);
        } catch (SSLException e) {
            return new Seen(request.toString(), frames);
        } catch (IOException e) {
            throw new AssertionError("after " + frames, e);
        }
    }

    /** The payload of one masked binary message, as hex. */
    private static String message(InputStream in) throws IOException {
        WebSocketFrame frame = WebSocketFrame.read(in);
        assertThat(frame.firstByte()).as("one whole binary message").isEqualTo(0x82);
        assertThat(frame.masked()).as("masked").isTrue();
        return frame.payload().toHex();
    }

    private static String binary(String frame) {
        byte[] payload = HexFormat.of().parseHex(frame);
        return HexFormat.of().formatHex(WebSocketFrame.unmasked(WebSocketFrame.BINARY, payload));
    }

    private static String sized(String text) {
        return "%08x".formatted(text.length()) + hex(text);
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }

    private record Seen(String request, List<String> frames) {}

    private record Run(int status, String output, String request, List<String> frames) {}
}
