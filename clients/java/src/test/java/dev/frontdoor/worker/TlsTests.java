package dev.frontdoor.worker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** TLS as an application sets it up; its handshakes run on the thread of the client. */
@Timeout(120)
class TlsTests {

    private static final char[] PASSWORD = "password".toCharArray();
    private static final String WEBSOCKET = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int BINARY = 0x82;

    @TempDir Path folder;

    @Test
    void workerSendsConnectOverTlsAndComesBack() throws Exception {
        SSLContext tls = tls();
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (ServerSocket server =
                        tls.getServerSocketFactory().createServerSocket(0, 10, loopback);
                Worker worker =
                        Worker.builder(
                                        URI.create("wss://localhost:" + server.getLocalPort()),
                                        Registration.of("tls"),
                                        Push::payload)
                                .backoff(Duration.ofMillis(1), Duration.ofMillis(1))
                                .httpClient(client -> client.sslContext(tls))
                                .build()) {
            worker.start();

            for (int i = 0; i < 3; i++) {
                try (Socket connection = server.accept()) {
                    assertThat(firstByteAfterTheUpgrade(connection)).isEqualTo(BINARY);
                }
            }
        }
    }

    private static int firstByteAfterTheUpgrade(Socket connection)
            throws IOException, GeneralSecurityException {
        connection.setSoTimeout(60_000);
        InputStream in = connection.getInputStream();
        BufferedReader head =
                new BufferedReader(new InputStreamReader(in, StandardCharsets.ISO_8859_1));
        String key = null;
        for (String line = head.readLine(); !line.isEmpty(); line = head.readLine()) {
            if (line.toLowerCase().startsWith("sec-websocket-key: ")) {
                key = line.substring("sec-websocket-key: ".length());
            }
        }
        byte[] hash = MessageDigest.getInstance("SHA-1").digest((key + WEBSOCKET).getBytes());
        String answer =
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Accept: %s\r\n\r\n";
        connection
                .getOutputStream()
                .write(answer.formatted(Base64.getEncoder().encodeToString(hash)).getBytes());
        return in.read();
    }

    private SSLContext tls() throws Exception {
        Path file = folder.resolve("server.p12");
        String command =
                Path.of(System.getProperty("java.home"), "bin", "keytool")
                        + " -genkeypair -keyalg EC -dname CN=localhost -ext san=dns:localhost"
                        + " -storetype PKCS12 -storepass password -keystore "
                        + file;
        int code = new ProcessBuilder(command.split(" ")).inheritIO().start().waitFor();
        assertThat(code).isZero();
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD);
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(store, PASSWORD);
        TrustManagerFactory trusted = TrustManagerFactory.getInstance("PKIX");
        trusted.init(store);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(keys.getKeyManagers(), trusted.getTrustManagers(), null);
        return tls;
    }
}
