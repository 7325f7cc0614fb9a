package dev.frontdoor.settings;

import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.annotation.Order;

import java.util.stream.Collectors;

/**
 * Reports elements of a list that come after a gap. Their values may be tokens, so it shows none,
 * unlike Spring Boot.
 */
@Order(0)
final class UnboundSettingsAnalyzer
        extends AbstractFailureAnalyzer<UnboundConfigurationPropertiesException> {

    @Override
    protected FailureAnalysis analyze(
            Throwable failure, UnboundConfigurationPropertiesException unbound) {
        String description =
                unbound.getUnboundProperties().stream()
                        .map(UnboundSettingsAnalyzer::describe)
                        .collect(Collectors.joining("\n", "Lists have gaps:\n", ""));
        return new FailureAnalysis(
                description, "Number the elements of each list from 0, without a gap.", failure);
    }

    private static String describe(ConfigurationProperty property) {
        return "\n    Property: %s\n    Origin: %s"
                .formatted(property.getName(), property.getOrigin());
    }
}
