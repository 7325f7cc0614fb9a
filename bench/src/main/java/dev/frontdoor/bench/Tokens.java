package dev.frontdoor.bench;

import com.sun.net.httpserver.HttpExchange;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * JSON Web Tokens for workers, signed by RS256 with a key of 2,048 bits, as those of Kubernetes
 * service accounts are; and the issuer that serves the key.
 */
final class Tokens {

    /** More than the service remembers, so that each one of a turn is verified anew. */
    private static final int MANY = 12_000;

    private static final Duration LIFETIME = Duration.ofHours(12);

    private final RSAPublicKey key;

    private Tokens(RSAPublicKey key) {
        this.key = key;
    }

    /** Writes the tokens of the candidates whose workers have some. */
    static Tokens write(Machine machine) throws IOException, GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair pair = generator.generateKeyPair();
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(pair.getPrivate());
        List<String> tokens = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            tokens.add(token(signature, i));
        }
        Files.write(machine.tokens(Candidate.SERVICE_WITH_KNOWN_JWT), tokens.subList(0, 1));
        Files.write(machine.tokens(Candidate.SERVICE_WITH_NEW_JWTS), tokens);
        return new Tokens((RSAPublicKey) pair.getPublic());
    }

    private static String token(Signature signature, int number) throws GeneralSecurityException {
        String claims =
                "{\"sub\":\"worker-%s\",\"aud\":\"bench\",\"exp\":%s}"
                        .formatted(number, Instant.now().plus(LIFETIME).getEpochSecond());
        String signed = encode("{\"alg\":\"RS256\",\"kid\":\"bench\"}") + "." + encode(claims);
        signature.update(signed.getBytes(StandardCharsets.US_ASCII));
        return signed + "." + encode(signature.sign());
    }

    /** Answers with the key set. */
    void serveKeys(HttpExchange exchange) throws IOException {
        String set =
                "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"bench\",\"n\":\"%s\",\"e\":\"%s\"}]}"
                        .formatted(encode(key.getModulus()), encode(key.getPublicExponent()));
        byte[] body = set.getBytes(StandardCharsets.US_ASCII);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static String encode(String text) {
        return encode(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String encode(BigInteger number) {
        byte[] bytes = number.toByteArray();
        boolean signed = bytes[0] == 0 && bytes.length > 1;
        return encode(signed ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes);
    }

    private static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
