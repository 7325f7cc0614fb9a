package dev.frontdoor.test.server;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONObjectUtils;

import org.jspecify.annotations.Nullable;

import java.text.ParseException;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes a JWT: a good one, apart from what a test changes. Each has a {@code jti} of its own. */
public final class TestToken {

    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private final Map<String, Object> header = new LinkedHashMap<>();
    private final Map<String, @Nullable Object> claims = new LinkedHashMap<>();
    private JWK key;

    TestToken(String issuer, JWK key) {
        this.key = key;
        long now = Instant.now().getEpochSecond();
        header.put("alg", "RS256");
        header.put("kid", key.getKeyID());
        claims.put("iss", issuer);
        claims.put("sub", "alice");
        claims.put("aud", List.of("front-door"));
        // So that a token that expires in the past was issued before that.
        claims.put("iat", now - 3600);
        claims.put("exp", now + 3600);
        claims.put("jti", "t-" + NUMBERS.incrementAndGet());
    }

    /** Sets a claim, also to null. */
    public TestToken claim(String name, @Nullable Object value) {
        claims.put(name, value);
        return this;
    }

    /** Leaves out a claim. */
    public TestToken without(String name) {
        claims.remove(name);
        return this;
    }

    /** Sets {@code exp}, from now. */
    public TestToken expiresIn(long seconds) {
        return claim("exp", Instant.now().getEpochSecond() + seconds);
    }

    /** Sets a parameter of the header. */
    public TestToken header(String name, Object value) {
        header.put(name, value);
        return this;
    }

    /** Leaves out a parameter of the header. */
    public TestToken withoutHeader(String name) {
        header.remove(name);
        return this;
    }

    /** Signs with another key, whose id goes into the header. */
    public TestToken key(JWK other) {
        key = other;
        header.put("kid", other.getKeyID());
        header.put("alg", other instanceof ECKey ? "ES256" : "RS256");
        return this;
    }

    /** Signs with another key, and leaves the header as it is. */
    public TestToken signedBy(JWK other) {
        key = other;
        return this;
    }

    /** The signed token. */
    public String sign() {
        return sign(JSONObjectUtils.toJSONString(claims));
    }

    /** A signed token with this text in place of its claims. */
    public String sign(String payload) {
        try {
            JWSHeader parsed = JWSHeader.parse(new HashMap<>(header));
            JWSObject token = new JWSObject(parsed, new Payload(payload));
            token.sign(signer(key));
            return token.serialize();
        } catch (JOSEException | ParseException e) {
            throw new AssertionError(e);
        }
    }

    /** A token with this header, whatever it is, and this signature. */
    public String unsigned(String headerText, String signature) {
        return Base64URL.encode(headerText)
                + "."
                + Base64URL.encode(JSONObjectUtils.toJSONString(claims))
                + "."
                + signature;
    }

    /** What {@link #unsigned} would sign. */
    public String signingInput(String headerText) {
        String whole = unsigned(headerText, "");
        return whole.substring(0, whole.length() - 1);
    }

    private static JWSSigner signer(JWK key) throws JOSEException {
        return key instanceof RSAKey rsa ? new RSASSASigner(rsa) : new ECDSASigner((ECKey) key);
    }

    /** The algorithms that a service accepts of keys with RSA. */
    public static List<JWSAlgorithm> rsaAlgorithms() {
        return List.of(
                JWSAlgorithm.RS256,
                JWSAlgorithm.RS384,
                JWSAlgorithm.RS512,
                JWSAlgorithm.PS256,
                JWSAlgorithm.PS384,
                JWSAlgorithm.PS512);
    }
}
