package dev.frontdoor.actuate;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringBootVersion;
import org.springframework.boot.info.BuildProperties;

import java.util.Objects;

/** Reports what runs here by labels: the service, Java and Spring Boot. Its value is always 1. */
final class BuildInfoMetrics implements MeterBinder {

    private static final String UNKNOWN = "unknown";

    private final String version;
    private final String revision;

    /** Labels by the information of the build; null if there is none. */
    BuildInfoMetrics(@Nullable BuildProperties build) {
        this.version = known(build == null ? null : build.getVersion());
        this.revision = known(build == null ? null : build.get("revision"));
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("frontdoor.build.info", () -> 1)
                .description("Versions of the service, of Java and of Spring Boot")
                .tag("version", version)
                .tag("revision", revision)
                .tag("java", Runtime.version().toString())
                .tag("spring.boot", SpringBootVersion.getVersion())
                .register(registry);
    }

    private static String known(@Nullable String value) {
        return Objects.requireNonNullElse(value, UNKNOWN);
    }
}
