package dev.frontdoor.settings;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.origin.PropertySourceOrigin;
import org.springframework.core.env.CommandLinePropertySource;
import org.springframework.util.StringUtils;

import java.util.ArrayList;
import java.util.List;

/**
 * Refuses command-line arguments that name a setting in a form that Spring Boot does not read: one
 * without its two dashes, or one whose value is an argument of its own.
 */
final class ArgumentCheck {

    private ArgumentCheck() {}

    /** The arguments that are refused. */
    static List<RefusedSetting> refusedArguments(
            CommandLinePropertySource<?> arguments, SettingNames names) {
        List<RefusedSetting> refused = new ArrayList<>();
        String others =
                arguments.getProperty(
                        CommandLinePropertySource.DEFAULT_NON_OPTION_ARGS_PROPERTY_NAME);
        if (others == null) {
            return refused;
        }
        // A value with commas leaves parts that name nothing.
        for (String other : StringUtils.commaDelimitedListToStringArray(others)) {
            String given = other.replaceFirst("^-+", "").replaceFirst("(?s)=.*", "");
            ConfigurationPropertyName name = nameOf(given);
            if (name != null) {
                boolean known = names.contains(name) || names.containsVariable(given);
                String right = known ? name.toString() : names.closestTo(name.toString());
                refused.add(refused(arguments, given, right));
            }
        }
        for (String option : arguments.getPropertyNames()) {
            String value = arguments.getProperty(option);
            if (nameOf(option) != null && value != null && value.isEmpty()) {
                refused.add(refused(arguments, option, option));
            }
        }
        return refused;
    }

    /** The name of a setting of ours, known or not; null if it is none. */
    private static @Nullable ConfigurationPropertyName nameOf(String given) {
        boolean variable = SettingsCheck.VARIABLE.matcher(given).matches();
        String dotted = variable ? SettingsCheck.dotted(given) : given;
        ConfigurationPropertyName name = ConfigurationPropertyName.adapt(dotted, '.');
        return SettingsCheck.isOurs(name) ? name : null;
    }

    private static RefusedSetting refused(
            CommandLinePropertySource<?> arguments, String given, String right) {
        return new RefusedSetting(
                given,
                PropertySourceOrigin.get(arguments, given),
                "this argument would be ignored; write --%s=VALUE".formatted(right));
    }
}
