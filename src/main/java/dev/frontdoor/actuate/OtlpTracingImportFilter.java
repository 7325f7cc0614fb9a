package dev.frontdoor.actuate;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.AutoConfigurationImportFilter;
import org.springframework.boot.autoconfigure.AutoConfigurationMetadata;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

import java.util.Objects;

/**
 * Excludes Spring Boot's tracing while no OTLP endpoint is configured. A span that is never
 * exported costs more than the registration that it describes.
 */
final class OtlpTracingImportFilter implements AutoConfigurationImportFilter, EnvironmentAware {

    private static final String ENDPOINT = "management.opentelemetry.tracing.export.otlp.endpoint";
    private static final String TRACING = "org.springframework.boot.micrometer.tracing.";

    /** Provides the tracer that other beans may require. It creates no spans. */
    private static final String NO_TRACER = TRACING + "autoconfigure.NoopTracerAutoConfiguration";

    private @Nullable Environment environment;

    @Override
    public void setEnvironment(Environment environment) {
        this.environment = environment;
    }

    @Override
    public boolean[] match(
            @Nullable String[] autoConfigurations, AutoConfigurationMetadata metadata) {
        boolean exported =
                StringUtils.hasText(Objects.requireNonNull(environment).getProperty(ENDPOINT));
        boolean[] matches = new boolean[autoConfigurations.length];
        for (int i = 0; i < matches.length; i++) {
            String name = autoConfigurations[i];
            matches[i] =
                    exported || name == null || !name.startsWith(TRACING) || name.equals(NO_TRACER);
        }
        return matches;
    }
}
