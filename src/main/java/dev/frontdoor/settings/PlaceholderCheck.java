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
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Refuses values whose placeholders refer to themselves, or to nothing. Spring would show such a
 * value, and with it the secret that it may contain, or use the text of the placeholder.
 */
final class PlaceholderCheck {

    /** Variables that Spring Boot reads. Others may contain anything. */
    private static final Pattern VARIABLE =
            Pattern.compile(
                    "(frontdoor|spring|server|management|logging)[_.].*", Pattern.CASE_INSENSITIVE);

    private static final String CIRCLE = "its placeholders refer to each other in a circle";

    /** What the service names itself by, once the settings are checked. */
    private static final Set<String> SET_LATER =
            Set.of("frontdoor.default-place", "frontdoor.instance-name");

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
                    if (!read) {
                        continue;
                    }
                    Object value = enumerable.getProperty(name);
                    if (isCircular(value, environment)) {
                        refused.add(refused(name, enumerable, CIRCLE));
                    } else if (SettingsCheck.isOurs(name, enumerable)) {
                        String missing = missingPlaceholder(value, environment);
                        if (missing != null) {
                            refused.add(refused(name, enumerable, noValue(missing)));
                        }
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

    /**
     * The first placeholder without a value and a default. Spring Boot would leave it in the
     * setting, so that a token would be the text in the configuration.
     */
    private static @Nullable String missingPlaceholder(
            @Nullable Object value, ConfigurableEnvironment environment) {
        if (!(value instanceof CharSequence text)) {
            return null;
        }
        try {
            String _ = environment.resolveRequiredPlaceholders(text.toString());
            return null;
        } catch (PlaceholderResolutionException e) {
            String missing = e.getPlaceholder();
            return SET_LATER.contains(missing) ? null : missing;
        }
    }

    private static String noValue(String placeholder) {
        return "its placeholder %s has no value; give it one, or write a default as in ${NAME:DEFAULT}"
                .formatted(placeholder);
    }

    private static RefusedSetting refused(
            String name, EnumerablePropertySource<?> source, String reason) {
        Origin origin = OriginLookup.getOrigin(source, name);
        return new RefusedSetting(
                name, origin == null ? PropertySourceOrigin.get(source, name) : origin, reason);
    }
}
