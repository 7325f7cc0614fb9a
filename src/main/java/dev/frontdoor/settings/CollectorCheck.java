package dev.frontdoor.settings;

import org.springframework.boot.origin.PropertySourceOrigin;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.PropertySource;

import java.util.ArrayList;
import java.util.List;

/**
 * Refuses an address of the collector of spans that contains a user. It would not be sent, and
 * would be shown if the address is no URL.
 */
final class CollectorCheck {

    private static final String ADDRESS = "management.opentelemetry.tracing.export.otlp.endpoint";

    private CollectorCheck() {}

    /** The settings that are refused: one, or none. */
    static List<RefusedSetting> refusedAddresses(ConfigurableEnvironment environment) {
        List<RefusedSetting> refused = new ArrayList<>();
        for (PropertySource<?> source : environment.getPropertySources()) {
            Object address = source.getProperty(ADDRESS);
            if (address != null && address.toString().matches("(?s)[^/]*//[^/]*@.*")) {
                refused.add(
                        new RefusedSetting(
                                ADDRESS,
                                PropertySourceOrigin.get(source, ADDRESS),
                                "it must not contain a user; use the setting headers beside it"));
                break;
            }
        }
        return refused;
    }
}
