package dev.frontdoor.test.server;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import javax.security.auth.x500.X500Principal;

/** A certificate authority that issues certificates of any kind, expired ones included. */
public final class TestAuthority {

    /** The signature algorithm ecdsa-with-SHA256, in DER. */
    private static final byte[] ECDSA_WITH_SHA256 =
            Der.sequence(Der.oid(0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02));

    private static final byte[] BASIC_CONSTRAINTS = Der.oid(0x55, 0x1D, 0x13);
    private static final byte[] SUBJECT_ALTERNATIVE_NAME = Der.oid(0x55, 0x1D, 0x11);
    private static final int DNS_NAME = 2;
    private static final int URI = 6;
    private static final Duration DAY = Duration.ofDays(1);
    private static final AtomicLong serials = new AtomicLong(System.nanoTime());

    private final KeyPair keys = newKeys();
    private final X500Principal name;
    private final X509Certificate certificate;

    private TestAuthority(String name) {
        this.name = new X500Principal("CN=" + name);
        this.certificate = certificateOf(new Request(this.name.getName()).authority(), keys);
    }

    /** An authority with a key of its own. */
    public static TestAuthority create(String name) {
        return new TestAuthority(name);
    }

    /** Its own certificate, which is self-signed. */
    public X509Certificate certificate() {
        return certificate;
    }

    /** Its own certificate, as text. */
    public String pem() {
        return TestCertificate.pem(certificate);
    }

    /** A certificate for localhost that is valid for a year. */
    public TestCertificate server() {
        return issue(new Request("CN=localhost").dns("localhost"));
    }

    /** A new key with its certificate. */
    public TestCertificate issue(Request request) {
        KeyPair subject = newKeys();
        return new TestCertificate(
                subject.getPrivate(), List.of(certificateOf(request, subject), certificate));
    }

    private X509Certificate certificateOf(Request request, KeyPair subject) {
        byte[] signed =
                Der.sequence(
                        Der.tagged(0, Der.integer(BigInteger.TWO)),
                        Der.integer(BigInteger.valueOf(serials.incrementAndGet())),
                        ECDSA_WITH_SHA256,
                        name.getEncoded(),
                        Der.sequence(Der.time(request.from), Der.time(request.until)),
                        new X500Principal(request.subject).getEncoded(),
                        subject.getPublic().getEncoded(),
                        Der.tagged(3, Der.sequence(request.extensions())));
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(keys.getPrivate());
            signature.update(signed);
            byte[] der = Der.sequence(signed, ECDSA_WITH_SHA256, Der.bits(signature.sign()));
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(der));
        } catch (GeneralSecurityException e) {
            throw new AssertionError("cannot make a certificate", e);
        }
    }

    private static KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError("cannot make a key", e);
        }
    }

    /** What a certificate is to say. */
    public static final class Request {

        private final String subject;
        private final List<byte[]> names = new ArrayList<>();
        private Instant from = Instant.now().minus(DAY);
        private Instant until = Instant.now().plus(DAY.multipliedBy(365));
        private boolean authority;

        /** A certificate with this subject, valid from yesterday for a year. */
        public Request(String subject) {
            this.subject = subject;
        }

        /** Adds a DNS name. */
        public Request dns(String name) {
            names.add(Der.text(DNS_NAME, name));
            return this;
        }

        /** Adds a URI. */
        public Request uri(String uri) {
            names.add(Der.text(URI, uri));
            return this;
        }

        /** The time until which it is valid. */
        public Request until(Instant until) {
            this.until = until;
            return this;
        }

        /** The time from which it is valid. */
        public Request from(Instant from) {
            this.from = from;
            return this;
        }

        private Request authority() {
            authority = true;
            return this;
        }

        private byte[][] extensions() {
            List<byte[]> extensions = new ArrayList<>();
            byte[] constraints = authority ? Der.sequence(Der.TRUE) : Der.sequence();
            extensions.add(Der.sequence(BASIC_CONSTRAINTS, Der.TRUE, Der.octets(constraints)));
            if (!names.isEmpty()) {
                byte[] all = Der.sequence(names.toArray(byte[][]::new));
                extensions.add(Der.sequence(SUBJECT_ALTERNATIVE_NAME, Der.octets(all)));
            }
            return extensions.toArray(byte[][]::new);
        }
    }
}
