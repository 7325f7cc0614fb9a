package dev.frontdoor.auth;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.PropertySourcesPlaceholdersResolver;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.Environment;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The tokens of the settings: a list, whose tokens are named by their places, and tokens with names
 * of their own. Spring Boot binds one property to a list or to a map, so each form is bound alone.
 */
final class TokenSettings {

    private static final ConfigurationPropertyName TOKENS =
            ConfigurationPropertyName.of("frontdoor.auth.tokens");

    private TokenSettings() {}

    /** All tokens. */
    static List<NamedToken> read(Environment environment) {
        List<NamedToken> tokens = new ArrayList<>();
        for (String token : list(environment)) {
            tokens.add(NamedToken.of("token-" + (tokens.size() + 1), token));
        }
        Binder binder = Binder.get(environment);
        names(environment)
                .forEach((name, property) -> {
                    String token = binder.bind(property, Bindable.of(String.class)).get();
                    tokens.add(NamedToken.of(name, token));
                });
        return tokens;
    }

    private static List<String> list(Environment environment) {
        List<ConfigurationPropertySource> sources = new ArrayList<>();
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            sources.add(source.filter(name -> !TokenText.isNamed(TOKENS, name)));
        }
        return new Binder(sources, new PropertySourcesPlaceholdersResolver(environment))
                .bind(TOKENS, Bindable.listOf(String.class))
                .orElse(List.of());
    }

    private static SortedMap<String, ConfigurationPropertyName> names(Environment environment) {
        SortedMap<String, ConfigurationPropertyName> names = new TreeMap<>();
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            if (source instanceof IterableConfigurationPropertySource iterable) {
                iterable.stream()
                        .filter(name -> TokenText.isNamed(TOKENS, name))
                        .forEach(name -> names.put(TokenText.name(TOKENS, name), name));
            }
        }
        return names;
    }
}
