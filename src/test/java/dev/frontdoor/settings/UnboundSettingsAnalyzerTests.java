package dev.frontdoor.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.core.env.Environment;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.ArgumentResolver;

import java.util.Objects;

/** What the operator reads about a list with a gap, of all analyzers that the service has. */
class UnboundSettingsAnalyzerTests {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "frontdoor.auth.tokens[2]",
                "frontdoor.management.auth.operate.tokens[2]",
                "frontdoor.webhook.secrets[2]"
            })
    void valuesAfterGapAreNotShown(String name) {
        StandardEnvironment environment = new StandardEnvironment();
        String list = name.substring(0, name.indexOf('['));
        TestPropertyValues.of(list + "[0]=one", name + "=not-to-be-shown").applyTo(environment);
        Throwable failure =
                catchThrowable(
                        () -> Binder.get(environment).bind(list, Bindable.listOf(String.class)));

        assertThat(analysis(failure, environment).getDescription())
                .contains("Property: " + name + "\n")
                .doesNotContain("not-to-be-shown");
    }

    private static FailureAnalysis analysis(Throwable failure, Environment environment) {
        return SpringFactoriesLoader.forDefaultResourceLocation()
                .load(
                        FailureAnalyzer.class,
                        ArgumentResolver.of(Environment.class, environment)
                                .and(BeanFactory.class, new DefaultListableBeanFactory()))
                .stream()
                .map(analyzer -> analyzer.analyze(failure))
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow();
    }
}
