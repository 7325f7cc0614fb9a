package dev.frontdoor.settings;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.OriginLookup;
import org.springframework.boot.origin.PropertySourceOrigin;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.util.PlaceholderResolutionException;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Refuses values whose placeholders refer to themselves. Spring would show such a value, and with
 * it the secret that it may contain.
 */
final class PlaceholderCheck {

    /** Variables that Spring Boot reads. Others may contain anything. */
    private static final Pattern VARIABLE =
            Pattern.compile(
                    "(frontdoor|spring|server|management|logging)[_.].*", Pattern.CASE_INSENSITIVE);

    private PlaceholderCheck() {}

    /** The settings that are refused, in all property sources. */
    static List<RefusedSetting> refusedPlaceholders(ConfigurableEnvironment environment) {
        List<RefusedSetting> refused = new ArrayList<>();
        for (PropertySource<?> source : environment.getPropertySources()) {
            if (source instanceof EnumerablePropertySource<?> enumerable) {
                for (String name : enumerable.getPropertyNames()) {
                    boolean read =
                            !(source instanceof SystemEnvironmentPropertySource)
                                    || VARIABLE.matcher(name).matches();
                    if (read && isCircular(enumerable.getProperty(name), environment)) {
                        refused.add(refused(name, enumerable));
                    }
                }
            }
        }
        return refused;
    }

    /** Whether the placeholders of a value never end. */
    static boolean isCircular(@Nullable Object value, ConfigurableEnvironment environment) {
        if (!(value instanceof CharSequence text)) {
            return false;
        }
        try {
            String _ = environment.resolvePlaceholders(text.toString());
            return false;
        } catch (PlaceholderResolutionException _) {
            return true;
        }
    }

    private static RefusedSetting refused(String name, EnumerablePropertySource<?> source) {
        Origin origin = OriginLookup.getOrigin(source, name);
        return new RefusedSetting(
                name,
                origin == null ? PropertySourceOrigin.get(source, name) : origin,
                "its placeholders refer to each other in a circle");
    }
}
