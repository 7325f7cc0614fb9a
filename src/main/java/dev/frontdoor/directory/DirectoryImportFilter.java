package dev.frontdoor.directory;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.AutoConfigurationImportFilter;
import org.springframework.boot.autoconfigure.AutoConfigurationMetadata;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.PriorityOrdered;
import org.springframework.core.env.Environment;

import java.util.List;
import java.util.Objects;

/**
 * Excludes what Spring Boot configures for Redis, unless the directory is enabled. So nothing of
 * Redis is loaded without it. With it, Spring Boot's health of Redis, its meters of Redis and its
 * repositories are excluded: the directory has health and meters of its own.
 */
final class DirectoryImportFilter
        implements AutoConfigurationImportFilter, EnvironmentAware, PriorityOrdered {

    private static final String BOOT = "org.springframework.boot.";
    private static final List<String> EXCLUDED =
            List.of(BOOT + "data.", BOOT + "persistence.", BOOT + "transaction.");

    /** What is excluded with a directory, too. */
    private static final List<String> ALWAYS_EXCLUDED =
            List.of(
                    BOOT + "data.redis.autoconfigure.health.",
                    BOOT + "data.redis.autoconfigure.observation.",
                    BOOT + "data.redis.autoconfigure.DataRedisRepositoriesAutoConfiguration");

    private @Nullable Environment environment;

    /** Before Spring Boot's own filters, which load the classes that they look for. */
    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }

    @Override
    public void setEnvironment(Environment environment) {
        this.environment = environment;
    }

    @Override
    public boolean[] match(
            @Nullable String[] autoConfigurations, AutoConfigurationMetadata metadata) {
        boolean enabled =
                Objects.requireNonNull(environment)
                        .getProperty("frontdoor.directory.enabled", Boolean.class, false);
        boolean[] matches = new boolean[autoConfigurations.length];
        for (int i = 0; i < matches.length; i++) {
            String name = autoConfigurations[i];
            List<String> excluded = enabled ? ALWAYS_EXCLUDED : EXCLUDED;
            matches[i] = name == null || excluded.stream().noneMatch(name::startsWith);
        }
        return matches;
    }
}
