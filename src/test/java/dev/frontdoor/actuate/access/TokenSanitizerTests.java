package dev.frontdoor.actuate.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.actuate.endpoint.SanitizableData;

/** Which settings the endpoints never show. */
class TokenSanitizerTests {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "frontdoor.auth.tokens",
                "frontdoor.auth.tokens[0]",
                "frontdoor.auth.tokens.web",
                "FRONTDOOR_AUTH_TOKENS_0",
                "frontdoor.management.auth.view.tokens",
                "frontdoor.management.auth.operate.tokens.[On.call@x]",
                "FRONTDOOR_MANAGEMENT_AUTH_OPERATE_TOKENS_DEPLOYER",
                "frontDoor.management.auth.operate.tokens[3]"
            })
    void tokenIsHidden(String name) {
        assertThat(shown(name)).isEqualTo(SanitizableData.SANITIZED_VALUE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "frontdoor.auth.token-files",
                "frontdoor.auth.token-file-interval",
                "frontdoor.management.auth.view.token-files[0]",
                "frontdoor.management.trust-loopback",
                "spring.application.name"
            })
    void otherSettingIsShown(String name) {
        assertThat(shown(name)).isEqualTo("value");
    }

    private static @Nullable Object shown(String name) {
        return new TokenSanitizer().apply(new SanitizableData(null, name, "value")).getValue();
    }
}
