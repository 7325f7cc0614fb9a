package dev.frontdoor.settings;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.origin.Origin;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/**
 * Reports a value that is refused, as far as it is no secret. Spring Boot would show it whole, with
 * those of all other sources.
 */
@Order(0)
final class InvalidSettingAnalyzer
        extends AbstractFailureAnalyzer<InvalidConfigurationPropertyValueException> {

    private final Environment environment;

    /** Spring Boot calls it. */
    InvalidSettingAnalyzer(Environment environment) {
        this.environment = environment;
    }

    @Override
    protected FailureAnalysis analyze(
            Throwable failure, InvalidConfigurationPropertyValueException invalid) {
        String name = invalid.getName();
        Origin origin = origin(name);
        return new FailureAnalysis(
                "Invalid value '%s' for configuration property '%s'%s. Validation failed for the following reason:\n\n%s"
                        .formatted(
                                SettingValue.shown(name, invalid.getValue()),
                                name,
                                origin == null ? "" : " (originating from '%s')".formatted(origin),
                                invalid.getReason()),
                "Correct this setting.",
                failure);
    }

    private @Nullable Origin origin(String name) {
        if (!ConfigurationPropertyName.isValid(name)) {
            return null;
        }
        ConfigurationPropertyName property = ConfigurationPropertyName.of(name);
        for (var source : ConfigurationPropertySources.get(environment)) {
            var found = source.getConfigurationProperty(property);
            if (found != null) {
                return found.getOrigin();
            }
        }
        return null;
    }
}
