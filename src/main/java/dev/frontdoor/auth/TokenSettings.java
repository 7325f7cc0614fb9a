package dev.frontdoor.auth;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.Environment;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The tokens of the settings: a list, whose tokens are named by their places, and tokens with names
 * of their own. Spring Boot binds one property to a list or to a map, so the names are read here.
 */
final class TokenSettings {

    private static final ConfigurationPropertyName TOKENS =
            ConfigurationPropertyName.of("frontdoor.auth.tokens");

    private TokenSettings() {}

    /**
     * All tokens.
     *
     * @param list the tokens of the list
     */
    static List<NamedToken> read(List<String> list, Environment environment) {
        List<NamedToken> tokens = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            tokens.add(NamedToken.of("token-" + (i + 1), list.get(i)));
        }
        Binder binder = Binder.get(environment);
        for (String name : names(environment)) {
            String token =
                    binder.bind(TOKENS.append("[" + name + "]"), Bindable.of(String.class)).get();
            tokens.add(NamedToken.of(name, token));
        }
        return tokens;
    }

    private static SortedSet<String> names(Environment environment) {
        SortedSet<String> names = new TreeSet<>();
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            if (source instanceof IterableConfigurationPropertySource iterable) {
                iterable.stream()
                        .filter(TOKENS::isParentOf)
                        .filter(name -> !name.isLastElementIndexed() || !isIndex(name))
                        .forEach(name -> names.add(name.getLastElement(Form.ORIGINAL)));
            }
        }
        return names;
    }

    private static boolean isIndex(ConfigurationPropertyName name) {
        return name.isNumericIndex(name.getNumberOfElements() - 1);
    }
}
