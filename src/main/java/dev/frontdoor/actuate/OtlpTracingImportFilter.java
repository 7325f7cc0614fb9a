package dev.frontdoor.actuate;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.AutoConfigurationImportFilter;
import org.springframework.boot.autoconfigure.AutoConfigurationMetadata;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

import java.util.Objects;

/**
 * Excludes Spring Boot's tracing while no OTLP endpoint is configured, and the SDK of OpenTelemetry
 * with it. A span that is never exported costs more than the registration that it describes, and
 * the SDK starts a thread for log lines that nobody gives it.
 */
final class OtlpTracingImportFilter implements AutoConfigurationImportFilter, EnvironmentAware {

    private static final String ENDPOINT = "management.opentelemetry.tracing.export.otlp.endpoint";
    private static final String TRACING = "org.springframework.boot.micrometer.tracing.";
    private static final String SDK = "org.springframework.boot.opentelemetry.";

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
            matches[i] = exported || name == null || !isForSpans(name);
        }
        return matches;
    }

    private static boolean isForSpans(String name) {
        return name.startsWith(SDK) || (name.startsWith(TRACING) && !name.equals(NO_TRACER));
    }
}
