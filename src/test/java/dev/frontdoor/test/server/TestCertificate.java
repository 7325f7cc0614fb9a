package dev.frontdoor.test.server;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/**
 * A key and its certificate, in all forms that are needed.
 *
 * @param key the private key
 * @param chain its certificate, and that of its issuer
 */
public record TestCertificate(PrivateKey key, List<X509Certificate> chain) {

    /** The password of the key stores. */
    public static final String PASSWORD = "password";

    /** The certificate itself. */
    public X509Certificate certificate() {
        return chain.getFirst();
    }

    /** The certificate and its issuer's, as text. */
    public String chainPem() {
        return chain.stream().map(TestCertificate::pem).collect(Collectors.joining());
    }

    /** The private key, as text. */
    public String keyPem() {
        return pem("PRIVATE KEY", key.getEncoded());
    }

    /** A key store with both. */
    public byte[] store(String type) {
        try (ByteArrayOutputStream out = new ByteArrayOutputStream()) {
            keyStore(type).store(out, PASSWORD.toCharArray());
            return out.toByteArray();
        } catch (IOException | GeneralSecurityException e) {
            throw new AssertionError("cannot make a key store", e);
        }
    }

    /** A key store with the certificates of authorities. */
    public static byte[] trustStore(String type, X509Certificate... trusted) {
        try (ByteArrayOutputStream out = new ByteArrayOutputStream()) {
            authorities(type, trusted).store(out, PASSWORD.toCharArray());
            return out.toByteArray();
        } catch (IOException | GeneralSecurityException e) {
            throw new AssertionError("cannot make a trust store", e);
        }
    }

    /** Sockets of a client that has this certificate, and trusts these authorities. */
    public SSLSocketFactory clientSockets(X509Certificate... trusted) {
        return context(this, trusted).getSocketFactory();
    }

    /** Sockets of a client without a certificate that trusts these authorities. */
    public static SSLSocketFactory socketsTrusting(X509Certificate... trusted) {
        return context(null, trusted).getSocketFactory();
    }

    static String pem(X509Certificate certificate) {
        try {
            return pem("CERTIFICATE", certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new AssertionError("cannot encode a certificate", e);
        }
    }

    private static String pem(String what, byte[] content) {
        String base64 =
                Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                        .encodeToString(content);
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(what, base64, what);
    }

    private KeyStore keyStore(String type) throws IOException, GeneralSecurityException {
        KeyStore store = empty(type);
        store.setKeyEntry(
                "key", key, PASSWORD.toCharArray(), chain.toArray(X509Certificate[]::new));
        return store;
    }

    private static SSLContext context(@Nullable TestCertificate own, X509Certificate... trusted) {
        try {
            TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(authorities("PKCS12", trusted));
            KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
            keys.init(own == null ? null : own.keyStore("PKCS12"), PASSWORD.toCharArray());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new AssertionError("cannot set up a client", e);
        }
    }

    private static KeyStore authorities(String type, X509Certificate... trusted)
            throws IOException, GeneralSecurityException {
        KeyStore store = empty(type);
        for (int i = 0; i < trusted.length; i++) {
            store.setCertificateEntry("ca-" + i, trusted[i]);
        }
        return store;
    }

    private static KeyStore empty(String type) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(type);
        store.load(null);
        return store;
    }
}
