package dev.frontdoor.process;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.frontdoor.test.HttpResponse;
import dev.frontdoor.test.server.Requests;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A header of the PROXY protocol before TLS. */
class ProxyProtocolTlsIntegrationTests {

    private static final String PASSWORD = "changeit";

    @TempDir Path directory;

    @Test
    void addressOfAWorkerBehindTlsIsTheHeaders() throws Exception {
        Path keys = generateKeys();
        try (ServiceProcess service =
                        ServiceProcess.in(directory)
                                .start(
                                        "--server.ssl.key-store=" + keys,
                                        "--server.ssl.key-store-password=" + PASSWORD,
                                        "--management.server.ssl.enabled=false",
                                        "--frontdoor.proxy-protocol=required",
                                        "--frontdoor.limits.trusted-proxies=127.0.0.0/8");
                Socket plain = new Socket()) {
            int limit = (int) ServiceProcess.MAX_WAIT.toMillis();
            plain.setSoTimeout(limit);
            plain.connect(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), service.workersPort()),
                    limit);
            plain.getOutputStream()
                    .write("PROXY TCP6 2001:db8::1 2001:db8::2 51234 8080\r\n".getBytes(US_ASCII));
            try (Socket tls =
                    trusting(keys)
                            .getSocketFactory()
                            .createSocket(plain, "localhost", service.workersPort(), true)) {
                tls.getOutputStream().write(Requests.upgrade().toString().getBytes(US_ASCII));
                assertThat(HttpResponse.readHead(tls.getInputStream()).status()).isEqualTo(101);
                assertThat(service.get("/actuator/registrations?state=unregistered").body())
                        .contains("\"remoteAddress\":\"[2001:db8::1]:51234\"");
            }
        }
    }

    private Path generateKeys() throws Exception {
        Path keys = directory.resolve("keys.p12");
        Process keytool =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-alias",
                                "door",
                                "-keyalg",
                                "EC",
                                "-dname",
                                "CN=localhost",
                                "-keystore",
                                keys.toString(),
                                "-storepass",
                                PASSWORD)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return keys;
    }

    private static SSLContext trusting(Path keys) throws Exception {
        TrustManagerFactory trusted =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusted.init(KeyStore.getInstance(keys.toFile(), PASSWORD.toCharArray()));
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trusted.getTrustManagers(), null);
        return context;
    }
}
