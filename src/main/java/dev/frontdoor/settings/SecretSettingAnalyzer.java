package dev.frontdoor.settings;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.origin.Origin;
import org.springframework.core.annotation.Order;

/**
 * Reports a secret that cannot be read, such as a token where a list of entries belongs. It does
 * not show the value, unlike Spring Boot.
 */
@Order(1)
final class SecretSettingAnalyzer extends AbstractFailureAnalyzer<BindException> {

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable failure, BindException refused) {
        String name = refused.getName().toString();
        if (!SettingValue.isSecret(name)) {
            return null;
        }
        Origin origin = Origin.from(refused.getProperty());
        return new FailureAnalysis(
                "A setting has a form that is not allowed:\n\n    Property: %s\n    Origin: %s"
                        .formatted(name, origin),
                "Correct this setting. Its value is not shown, since it may be a secret.",
                failure);
    }
}
