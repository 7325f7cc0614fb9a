package dev.frontdoor.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurationMetadata;
import org.springframework.mock.env.MockEnvironment;

import java.lang.reflect.Proxy;

/** Tracing is on exactly where an OTLP endpoint is configured. */
class OtlpTracingImportFilterTests {

    private static final String ENDPOINT = "management.opentelemetry.tracing.export.otlp.endpoint";
    private static final String TRACING = "org.springframework.boot.micrometer.tracing.";
    private static final @Nullable String[] CONFIGURATIONS = {
        TRACING + "autoconfigure.MicrometerTracingAutoConfiguration",
        null,
        TRACING + "autoconfigure.NoopTracerAutoConfiguration",
        TRACING + "opentelemetry.autoconfigure.OpenTelemetryTracingAutoConfiguration",
        "org.springframework.boot.opentelemetry.autoconfigure.OpenTelemetrySdkAutoConfiguration",
        "org.springframework.boot.webflux.autoconfigure.WebFluxAutoConfiguration",
    };

    private static final AutoConfigurationMetadata NO_METADATA =
            (AutoConfigurationMetadata)
                    Proxy.newProxyInstance(
                            AutoConfigurationMetadata.class.getClassLoader(),
                            new Class<?>[] {AutoConfigurationMetadata.class},
                            (_, method, _) -> {
                                throw new AssertionError("not needed: " + method);
                            });

    private final MockEnvironment environment = new MockEnvironment();

    @Test
    void everythingStaysWithAnEndpoint() {
        environment.setProperty(ENDPOINT, "http://collector:4318/v1/traces");

        assertThat(match()).containsExactly(true, true, true, true, true, true);
    }

    @Test
    void tracingIsLeftOutWithoutAnEndpoint() {
        assertThat(match()).containsExactly(false, true, true, false, false, true);
    }

    @Test
    void theSdkStaysWithAnEndpointForLogLines() {
        environment.setProperty(
                "management.opentelemetry.logging.export.otlp.endpoint",
                "http://collector:4318/v1/logs");

        assertThat(match()).containsExactly(false, true, true, false, true, true);
    }

    @Test
    void emptyEndpointIsNone() {
        environment.setProperty(ENDPOINT, "");

        assertThat(match()).containsExactly(false, true, true, false, false, true);
    }

    private boolean[] match() {
        OtlpTracingImportFilter filter = new OtlpTracingImportFilter();
        filter.setEnvironment(environment);
        return filter.match(CONFIGURATIONS, NO_METADATA);
    }
}
