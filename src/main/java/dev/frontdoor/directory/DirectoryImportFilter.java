package dev.frontdoor.directory;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.AutoConfigurationImportFilter;
import org.springframework.boot.autoconfigure.AutoConfigurationMetadata;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.env.Environment;

import java.util.List;
import java.util.Objects;

/**
 * Excludes what Spring Boot configures for Redis, apart from its connections, and these too unless
 * the directory is enabled. So nothing of Redis is loaded without it, and its health is that of the
 * directory alone.
 */
final class DirectoryImportFilter implements AutoConfigurationImportFilter, EnvironmentAware {

    private static final String BOOT = "org.springframework.boot.";
    private static final String CONNECTIONS =
            BOOT + "data.redis.autoconfigure.DataRedisAutoConfiguration";
    private static final List<String> EXCLUDED =
            List.of(BOOT + "data.", BOOT + "persistence.", BOOT + "transaction.");

    private @Nullable Environment environment;

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
            matches[i] =
                    name == null
                            || EXCLUDED.stream().noneMatch(name::startsWith)
                            || (enabled && name.equals(CONNECTIONS));
        }
        return matches;
    }
}
