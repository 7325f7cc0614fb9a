package dev.frontdoor.actuate;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.AutoConfigurationImportFilter;
import org.springframework.boot.autoconfigure.AutoConfigurationMetadata;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

import java.util.Objects;

/**
 * Excludes Spring Boot's tracing while no OTLP endpoint for spans is configured: a span that is
 * never exported costs more than the registration that it describes. Without an endpoint for log
 * lines either, it excludes the SDK of OpenTelemetry, too, which would start a thread for them.
 */
final class OtlpTracingImportFilter implements AutoConfigurationImportFilter, EnvironmentAware {

    private static final String SPANS = "management.opentelemetry.tracing.export.otlp.endpoint";
    private static final String LOGS = "management.opentelemetry.logging.export.otlp.endpoint";
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
        boolean spans = isSet(SPANS);
        boolean sdk = spans || isSet(LOGS);
        boolean[] matches = new boolean[autoConfigurations.length];
        for (int i = 0; i < matches.length; i++) {
            String name = autoConfigurations[i];
            matches[i] = name == null || ((spans || !isTracing(name)) && (sdk || !isSdk(name)));
        }
        return matches;
    }

    private boolean isSet(String property) {
        return StringUtils.hasText(Objects.requireNonNull(environment).getProperty(property));
    }

    private static boolean isTracing(String name) {
        return name.startsWith(TRACING) && !name.equals(NO_TRACER);
    }

    private static boolean isSdk(String name) {
        return name.startsWith(SDK);
    }
}
