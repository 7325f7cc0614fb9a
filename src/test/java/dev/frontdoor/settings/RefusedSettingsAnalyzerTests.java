package dev.frontdoor.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.invocation.NotifierProperties;
import dev.frontdoor.registration.settings.LimitProperties;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import java.util.Objects;

class RefusedSettingsAnalyzerTests {

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner().withUserConfiguration(Settings.class);

    @ParameterizedTest
    @CsvSource({
        "limits.max-frame-size, 0B, 0B",
        "notifiers.max-failures-in-a-row, 0, 0",
        "notifiers.beans.billing-registry.timeout, 0s, PT0S",
        "notifiers.beans[myBean].max-concurrent-calls, 0, 0",
        "notifiers.beans[my.Bean].match.task-queues[0], a[b, a[b"
    })
    void keyIsShownAsInTheConfigurationFile(String setting, String value, String shown) {
        String key = "frontdoor." + setting;

        runner.withPropertyValues(key + "=" + value)
                .run(context ->
                        assertThat(description(context.getStartupFailure()))
                                .containsSubsequence(
                                        "Property: " + key + "\n",
                                        "Value: \"" + shown + "\"\n",
                                        "Reason: "));
    }

    private static String description(@Nullable Throwable failure) {
        FailureAnalysis analysis =
                new RefusedSettingsAnalyzer().analyze(Objects.requireNonNull(failure));
        return Objects.requireNonNull(analysis).getDescription();
    }

    @EnableConfigurationProperties({LimitProperties.class, NotifierProperties.class})
    static class Settings {}
}
