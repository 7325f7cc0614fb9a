package dev.frontdoor.settings;

import dev.frontdoor.auth.TokenText;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.ConfigurableEnvironment;

import java.util.ArrayList;
import java.util.List;

/**
 * Refuses tokens that are empty or begin or end with white space, as a line break at the end of a
 * file, or with another character that nobody sees. It looks at what was given, since Spring Boot
 * removes white space from some forms and not from others.
 */
final class TokenCheck {

    private TokenCheck() {}

    /** The tokens that are refused, in all property sources. */
    static List<RefusedSetting> refusedTokens(ConfigurableEnvironment environment) {
        List<RefusedSetting> refused = new ArrayList<>();
        for (ConfigurationPropertySource source :
                ConfigurationPropertySources.from(environment.getPropertySources())) {
            if (source instanceof IterableConfigurationPropertySource iterable) {
                for (ConfigurationPropertyName tokens : TokenText.SETTINGS) {
                    iterable.stream()
                            .filter(name -> tokens.equals(name) || tokens.isAncestorOf(name))
                            .map(source::getConfigurationProperty)
                            .forEach(property -> check(tokens, property, environment, refused));
                }
            }
        }
        return refused;
    }

    private static void check(
            ConfigurationPropertyName all,
            @Nullable ConfigurationProperty property,
            ConfigurableEnvironment environment,
            List<RefusedSetting> refused) {
        if (property == null || PlaceholderCheck.isCircular(property.getValue(), environment)) {
            return;
        }
        String value = environment.resolvePlaceholders(property.getValue().toString());
        boolean list = all.equals(property.getName());
        if (list && value.isEmpty()) {
            return;
        }
        String[] tokens = list ? value.split(",", -1) : new String[] {value};
        for (int i = 0; i < tokens.length; i++) {
            String reason = TokenText.fault(tokens[i]);
            if (reason == null && TokenText.isNamed(all, property.getName())) {
                reason = TokenText.nameFault(all, property.getName());
            }
            if (reason != null) {
                String name = property.getName() + (list ? "[" + i + "]" : "");
                refused.add(new RefusedSetting(name, property.getOrigin(), reason));
            }
        }
    }
}
