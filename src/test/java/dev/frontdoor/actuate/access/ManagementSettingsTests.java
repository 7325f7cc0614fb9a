package dev.frontdoor.actuate.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.frontdoor.test.server.SettingsBinder;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The allowed values of the settings of the management port, and tokens in files. */
class ManagementSettingsTests {

    private static final String PREFIX = "frontdoor.management.";
    private static final String TOKEN = PREFIX + "tokens[0].";

    @TempDir Path directory;

    @Test
    void defaultsTrustLoopbackAndNothingElse() {
        ManagementProperties defaults = bind(Map.of());

        assertThat(defaults)
                .isEqualTo(new ManagementProperties(List.of(), true, List.of(), List.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "two\n", " two", "t wo", "t\u0000wo", "zw\u00f6lf"})
    void unusableTokenIsRefusedByItsKeyAndNotShown(String token) {
        assertThat(refusal(Map.of("token", token)))
                .isEqualTo(TOKEN + "token: (hidden): " + Token.RULE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "loopback", "anonymous", "line\n", "x'"})
    void unusableNameIsRefused(String name) {
        assertThat(refusal(Map.of("token", "secret", "name", name)))
                .startsWith(TOKEN + "name: " + name + ": must be 1 to 64 letters")
                .doesNotContain("secret");
    }

    @Test
    void roleIsRequired() {
        Map<String, String> settings =
                Map.of(TOKEN + "name", "deployer", TOKEN + "token", "secret");

        assertThat(SettingsBinder.refusal(ManagementProperties.class, settings))
                .isEqualTo(TOKEN + "role: null: must be view or operate");
    }

    @Test
    void tokenHasOneSource() {
        String reason = "must be set if token-file is not, and must not be set otherwise";

        assertThat(refusal(Map.of())).isEqualTo(TOKEN + "token: null: " + reason);
        assertThat(refusal(Map.of("token", "secret", "token-file", "x")))
                .isEqualTo(TOKEN + "token: (hidden): " + reason);
    }

    @ParameterizedTest
    @CsvSource({
        "allowed-origins, ops.example.com",
        "allowed-origins, https://ops.example.com/",
        "allowed-origins, *",
        "allowed-hosts, ops.example.com:8081",
        "allowed-hosts, http://ops.example.com",
        "allowed-hosts, ''"
    })
    void unusableOriginsAndHostsAreRefused(String key, String value) {
        assertThat(
                        SettingsBinder.refusal(
                                ManagementProperties.class, Map.of(PREFIX + key + "[0]", value)))
                .startsWith(PREFIX + key + "[0]: " + value + ": must be ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"secret", "secret\n", "secret\r\n"})
    void tokenOfAFileMayEndWithALineBreak(String content) throws Exception {
        ManagementTokens tokens = tokensOfFile(content);

        assertThat(Objects.requireNonNull(tokens.find("secret")).name()).isEqualTo("deployer");
        assertThat(tokens.find("secret\n")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "secret\n\n", " secret", "secret secret", "secret\r"})
    void unusableTokenOfAFileIsRefusedByItsKeyAndNotShown(String content) {
        assertThatThrownBy(() -> tokensOfFile(content))
                .isInstanceOf(InvalidConfigurationPropertyValueException.class)
                .hasMessageContaining(TOKEN + "token-file")
                .hasMessageContaining(Token.RULE)
                .hasMessageNotContaining("secret");
    }

    @Test
    void fileThatIsTooLargeIsRefused() {
        assertThatThrownBy(() -> tokensOfFile("x".repeat(100_000)))
                .isInstanceOf(InvalidConfigurationPropertyValueException.class)
                .hasMessageContaining(Token.RULE);
    }

    @Test
    void missingFileIsRefusedByItsKey() {
        ManagementProperties properties =
                bind(entry(Map.of("token-file", directory.resolve("none").toString())));

        assertThatThrownBy(() -> new ManagementTokens(properties.tokens()))
                .isInstanceOf(InvalidConfigurationPropertyValueException.class)
                .hasMessageContaining(TOKEN + "token-file")
                .hasMessageContaining("cannot be read");
    }

    @Test
    void tokenOfTwoHoldersIsRefusedAndNotShown() {
        Map<String, String> settings = entry(Map.of("token", "secret"));
        entry(Map.of("token", "secret"))
                .forEach((key, value) -> settings.put(key.replace("[0]", "[1]"), value));
        ManagementProperties properties = bind(settings);

        assertThatThrownBy(() -> new ManagementTokens(properties.tokens()))
                .hasMessageContaining("frontdoor.management.tokens[1]")
                .hasMessageNotContaining("secret");
        assertThat(properties.toString()).doesNotContain("secret");
    }

    private ManagementTokens tokensOfFile(String content) throws Exception {
        Path file = Files.writeString(directory.resolve("token"), content);
        return new ManagementTokens(bind(entry(Map.of("token-file", file.toString()))).tokens());
    }

    private static ManagementProperties bind(Map<String, String> settings) {
        return SettingsBinder.bind(ManagementProperties.class, settings);
    }

    private static String refusal(Map<String, String> changed) {
        return SettingsBinder.refusal(ManagementProperties.class, entry(changed));
    }

    /** A valid entry without a token, with these changes. */
    private static Map<String, String> entry(Map<String, String> changed) {
        Map<String, String> settings = new HashMap<>();
        settings.put(TOKEN + "name", "deployer");
        settings.put(TOKEN + "role", "operate");
        changed.forEach((key, value) -> settings.put(TOKEN + key, value));
        return settings;
    }
}
