package dev.frontdoor.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

class WebhookResultTests {

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 202, 204, 299})
    void successAccepts(int status) {
        assertThat(of(status, "anything")).isEqualTo(new WebhookResult.Accepted());
    }

    @ParameterizedTest
    @ValueSource(ints = {403, 409, 422})
    void aVerdictRejectsWithItsReason(int status) {
        assertThat(of(status, "{\"reason\": \"no room for you\", \"more\": 1}"))
                .isEqualTo(new WebhookResult.Rejected("no room for you"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no room",
                "{\"reason\": \"cut of",
                "{\"reason\": 5}",
                "{\"reason\": null}",
                "{\"reason\": \"  \"}",
                "{\"other\": \"x\"}",
                "[\"reason\"]",
                "\"reason\"",
                "null",
                "\u0000\u0001"
            })
    void withoutAReadableReasonTheStatusIsNamed(String body) {
        assertThat(of(403, body))
                .isEqualTo(new WebhookResult.Rejected("rejected by the webhook with status 403"));
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                301, 302, 304, 307, 401, 402, 404, 405, 406, 407, 410, 411, 412, 414, 421, 423, 424,
                425, 426, 428, 429, 451, 499
            })
    void anAnswerThatIsNoVerdictFailsAndTookNothing(int status) {
        assertThat(of(status, "{\"reason\": \"x\"}"))
                .isEqualTo(
                        new WebhookResult.Failed("responded with status " + status, false, null));
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 413, 415, 431})
    void anAnswerAboutTheContentConcernsThisEventOnly(int status) {
        WebhookResult result = of(status, "{\"reason\": \"x\"}");

        assertThat(result).isEqualTo(new WebhookResult.Unprocessable(status));
        assertThat(result.description()).isEqualTo("responded with status " + status);
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 500, 502, 503, 504, 599, 600, 999})
    void anAnswerOfATroubledReceiverLeavesOpenWhatItTook(int status) {
        assertThat(of(status, "{\"reason\": \"x\"}"))
                .isEqualTo(new WebhookResult.Failed("responded with status " + status, true, null));
    }

    @ParameterizedTest
    @CsvSource({"429, PT6S", "503, PT6S", "408, PT0S", "500, PT0S", "301, PT0S", "404, PT0S"})
    void aBusyReceiverMayAskForAPause(int status, Duration pause) {
        assertThat(of(status, "", Duration.ofSeconds(6))).extracting("retryAfter").isEqualTo(pause);
    }

    @Test
    void aLongReasonIsCutBetweenCharacters() {
        String fits = "x".repeat(WebhookResult.MAX_REASON - 1);

        assertThat(of(403, "{\"reason\": \"" + fits + "yz\"}"))
                .isEqualTo(new WebhookResult.Rejected(fits + "y"));
        assertThat(of(403, "{\"reason\": \"" + fits + "\uD83D\uDE00\"}"))
                .isEqualTo(new WebhookResult.Rejected(fits));
    }

    @Test
    void halfACharacterWithinAReasonIsReplaced() {
        assertThat(of(403, "{\"reason\": \"a\\ud83db\"}"))
                .isEqualTo(new WebhookResult.Rejected("a?b"));
    }

    private static WebhookResult of(int status, String body) {
        return of(status, body, Duration.ZERO);
    }

    private static WebhookResult of(int status, String body, Duration retryAfter) {
        return WebhookResult.of(status, body.getBytes(StandardCharsets.UTF_8), retryAfter);
    }
}
