package dev.frontdoor.actuate.access;

import dev.frontdoor.auth.TokenText;

import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;

import java.util.List;
import java.util.Locale;

/**
 * Hides tokens in the endpoints that show settings, also where those show other values. Compares
 * names without what separates their parts, since environment variables have other separators.
 */
final class TokenSanitizer implements SanitizingFunction {

    private static final List<String> TOKENS =
            TokenText.SETTINGS.stream()
                    .map(ConfigurationPropertyName::toString)
                    .map(TokenSanitizer::letters)
                    .toList();

    @Override
    public SanitizableData apply(SanitizableData data) {
        String name = letters(data.getKey());
        return TOKENS.stream().anyMatch(name::startsWith) ? data.withSanitizedValue() : data;
    }

    private static String letters(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
    }
}
