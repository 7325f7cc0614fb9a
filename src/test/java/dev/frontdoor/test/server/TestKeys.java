package dev.frontdoor.test.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/** A key with its self-signed certificate for localhost, and clients that trust it. */
public final class TestKeys {

    /** The password of the key store. */
    public static final String PASSWORD = "password";

    private final Path store;

    private TestKeys(Path store) {
        this.store = store;
    }

    /** Makes a key store in a temporary directory, which is deleted when the JVM ends. */
    public static TestKeys generate() {
        try {
            Path directory = Files.createTempDirectory("keys");
            Path store = directory.resolve("keys.p12");
            Process keytool =
                    new ProcessBuilder(
                                    Path.of(System.getProperty("java.home"), "bin", "keytool")
                                            .toString(),
                                    "-J-XX:TieredStopAtLevel=1",
                                    "-genkeypair",
                                    "-keyalg",
                                    "EC",
                                    "-dname",
                                    "CN=localhost",
                                    "-keystore",
                                    store.toString(),
                                    "-storepass",
                                    PASSWORD)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
                throw new AssertionError("keytool made no key store");
            }
            directory.toFile().deleteOnExit();
            store.toFile().deleteOnExit();
            return new TestKeys(store);
        } catch (IOException e) {
            throw new AssertionError("cannot make a key store", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** The file of the key store. */
    public Path store() {
        return store;
    }

    /** Sockets of a client that trusts the certificate. */
    public SSLSocketFactory clientSockets() throws IOException, GeneralSecurityException {
        return clientContext().getSocketFactory();
    }

    /** What a server needs that has the certificate. */
    public SSLContext serverContext() {
        try {
            KeyManagerFactory own =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            own.init(
                    KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray()),
                    PASSWORD.toCharArray());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(own.getKeyManagers(), null, null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new AssertionError("cannot use the key store", e);
        }
    }

    /** What a client needs that trusts the certificate. */
    public SSLContext clientContext() throws IOException, GeneralSecurityException {
        TrustManagerFactory trusted =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusted.init(KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray()));
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trusted.getTrustManagers(), null);
        return context;
    }
}
