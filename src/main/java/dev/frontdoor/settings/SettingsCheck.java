package dev.frontdoor.settings;

import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.logging.DeferredLogFactory;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.OriginLookup;
import org.springframework.boot.origin.PropertySourceOrigin;
import org.springframework.core.Ordered;
import org.springframework.core.env.CommandLinePropertySource;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Refuses names below {@code frontdoor} that are no settings, in every property source. Spring Boot
 * would ignore them, and so might leave a service without the tokens or limits that it was given.
 */
final class SettingsCheck implements EnvironmentPostProcessor, Ordered {

    /** What Kubernetes sets in a pod for each service of its namespace. */
    private static final Pattern SERVICE_LINK =
            Pattern.compile(
                    "\\w+_(SERVICE_HOST|SERVICE_PORT(_\\w+)?|PORT(_\\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)");

    static final Pattern VARIABLE =
            Pattern.compile(SettingNames.ROOT + "_[^.]*", Pattern.CASE_INSENSITIVE);

    /** From where the launcher of version 0.1.0 read notifier jars. */
    private static final String LOADER_PATH = "loader.path";

    private static final String LOADER_PATH_IS_NOT_READ =
            "it is not read, so its notifiers would be missing; name their directories in"
                    + " frontdoor.notifiers.path";

    private final Log log;

    SettingsCheck(DeferredLogFactory logs) {
        log = logs.getLog(SettingsCheck.class);
    }

    /** After the configuration files, and before those that use settings or add their own. */
    @Override
    public int getOrder() {
        return LOWEST_PRECEDENCE - 1;
    }

    /**
     * Checks all names, arguments and tokens.
     *
     * @throws RefusedSettingsException for names that are unknown, for arguments that are not read,
     *     for placeholders without an end, and for unusable tokens
     */
    @Override
    public void postProcessEnvironment(
            ConfigurableEnvironment environment, SpringApplication application) {
        SettingNames names = SettingNames.ofService();
        List<RefusedSetting> refused = new ArrayList<>();
        List<String> serviceLinks = new ArrayList<>();
        for (PropertySource<?> source : environment.getPropertySources()) {
            if (source instanceof EnumerablePropertySource<?> enumerable) {
                if (isExecutableJar(application) && enumerable.containsProperty(LOADER_PATH)) {
                    refused.add(refused(LOADER_PATH, enumerable, LOADER_PATH_IS_NOT_READ));
                }
                for (String name : enumerable.getPropertyNames()) {
                    RefusedSetting unknown = check(name, enumerable, names, serviceLinks);
                    if (unknown != null) {
                        refused.add(unknown);
                    }
                }
            }
            if (source instanceof CommandLinePropertySource<?> commandLine) {
                refused.addAll(ArgumentCheck.refusedArguments(commandLine, names));
            }
        }
        refused.addAll(PlaceholderCheck.refusedPlaceholders(environment));
        refused.addAll(CollectorCheck.refusedAddresses(environment));
        refused.addAll(TokenCheck.refusedTokens(environment));
        if (!serviceLinks.isEmpty()) {
            log.info(
                    "environment variables of Kubernetes services are not settings, and ignored: "
                            + String.join(", ", serviceLinks));
        }
        if (!refused.isEmpty()) {
            throw new RefusedSettingsException(refused);
        }
    }

    /** An application that embeds the service may have a launcher that reads this path. */
    private static boolean isExecutableJar(SpringApplication application) {
        Class<?> main = application.getMainApplicationClass();
        return main != null && main.getPackageName().equals("dev.frontdoor");
    }

    private static @Nullable RefusedSetting check(
            String name,
            EnumerablePropertySource<?> source,
            SettingNames names,
            List<String> serviceLinks) {
        if (source instanceof SystemEnvironmentPropertySource && VARIABLE.matcher(name).matches()) {
            if (names.containsVariable(name)) {
                return null;
            }
            if (SERVICE_LINK.matcher(name).matches()) {
                serviceLinks.add(name);
                return null;
            }
            return unknown(
                    name, source, names.replacementOfVariable(name), names.closestTo(dotted(name)));
        }
        ConfigurationPropertyName key = ConfigurationPropertyName.adapt(name, '.');
        if (!isOurs(key) || names.contains(key)) {
            return null;
        }
        if (!isEmpty(source.getProperty(name))) {
            return unknown(name, source, names.replacementOf(key), names.closestTo(key.toString()));
        }
        return names.containsBelow(key)
                ? null
                : unknown(name, source, null, names.closestWithSections(key.toString()));
    }

    /** Whether a name is one of a setting of ours, known or not. */
    static boolean isOurs(ConfigurationPropertyName name) {
        return name.getNumberOfElements() > 1
                && name.getElement(0, ConfigurationPropertyName.Form.UNIFORM)
                        .equals(SettingNames.ROOT);
    }

    /** Whether a name in a property source is one of a setting of ours, known or not. */
    static boolean isOurs(String name, EnumerablePropertySource<?> source) {
        return source instanceof SystemEnvironmentPropertySource
                ? VARIABLE.matcher(name).matches()
                : isOurs(ConfigurationPropertyName.adapt(name, '.'));
    }

    /** The name of an environment variable, with dots. */
    static String dotted(String variable) {
        return variable.toLowerCase(Locale.ROOT).replace('_', '.');
    }

    /** A section of a YAML file in which nothing is set. */
    private static boolean isEmpty(@Nullable Object value) {
        return value == null || value.toString().isEmpty();
    }

    private static RefusedSetting unknown(
            String name,
            EnumerablePropertySource<?> source,
            @Nullable String replacement,
            String closest) {
        return refused(
                name,
                source,
                replacement == null
                        ? "there is no such setting; the closest is " + closest
                        : "this setting has a new name: " + replacement);
    }

    private static RefusedSetting refused(
            String name, EnumerablePropertySource<?> source, String reason) {
        Origin origin = OriginLookup.getOrigin(source, name);
        return new RefusedSetting(
                name, origin == null ? PropertySourceOrigin.get(source, name) : origin, reason);
    }
}
