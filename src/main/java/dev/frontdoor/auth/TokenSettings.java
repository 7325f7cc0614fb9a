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

    private TokenSettings() {}

    /**
     * All tokens of a setting.
     *
     * @param setting one of {@link TokenText#SETTINGS}
     */
    static List<NamedToken> read(Environment environment, String setting) {
        ConfigurationPropertyName all = ConfigurationPropertyName.of(setting);
        List<NamedToken> tokens = new ArrayList<>();
        for (String token : list(environment, all)) {
            tokens.add(NamedToken.of("token-" + (tokens.size() + 1), token));
        }
        Binder binder = Binder.get(environment);
        names(environment, all)
                .forEach((name, property) -> {
                    String token = binder.bind(property, Bindable.of(String.class)).get();
                    tokens.add(NamedToken.of(name, token));
                });
        return tokens;
    }

    private static List<String> list(Environment environment, ConfigurationPropertyName all) {
        List<ConfigurationPropertySource> sources = new ArrayList<>();
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            sources.add(source.filter(name -> !TokenText.isNamed(all, name)));
        }
        return new Binder(sources, new PropertySourcesPlaceholdersResolver(environment))
                .bind(all, Bindable.listOf(String.class))
                .orElse(List.of());
    }

    private static SortedMap<String, ConfigurationPropertyName> names(
            Environment environment, ConfigurationPropertyName all) {
        SortedMap<String, ConfigurationPropertyName> names = new TreeMap<>();
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            if (source instanceof IterableConfigurationPropertySource iterable) {
                iterable.stream()
                        .filter(name -> TokenText.isNamed(all, name))
                        .forEach(name -> names.put(TokenText.name(all, name), name));
            }
        }
        return names;
    }
}
