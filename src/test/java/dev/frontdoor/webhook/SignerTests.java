package dev.frontdoor.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.List;

class SignerTests {

    private static final String ENCODED = "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    @Test
    void signsAsTheOtherImplementationsOfTheStandardDo() {
        Signer signer = new Signer(List.of(Secret.of(ENCODED)));

        String signature =
                signer.sign(
                        "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, utf8("{\"test\": 2432232314}"));

        assertThat(signature).isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    @Test
    void aPlainSecretIsItsOwnBytes() {
        Signer signer = new Signer(List.of(Secret.of("a plain secret of 30 bytes ok!")));

        assertThat(signer.sign("id-1", 1767225600, utf8("{\"pid\":1}")))
                .isEqualTo("v1,/In2aYxlMEQy7oHJ2j7wJXx1BRQI+iW4KDo17DMo7Wg=");
    }

    @Test
    void eachSecretMakesOneSignatureInTheirOrder() {
        Secret first = Secret.of(ENCODED);
        Secret second = Secret.of("another plain, longer secret");
        byte[] body = utf8("{}");

        String both = new Signer(List.of(first, second)).sign("id", 1, body);

        assertThat(both.split(" "))
                .containsExactly(
                        new Signer(List.of(first)).sign("id", 1, body),
                        new Signer(List.of(second)).sign("id", 1, body));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
