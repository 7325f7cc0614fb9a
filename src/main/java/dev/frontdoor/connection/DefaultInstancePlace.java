package dev.frontdoor.connection;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/**
 * Sets {@code frontdoor.default-place}, the default name of an instance: the host's name and the
 * time of the start. It is a property because log lines contain the name too.
 */
final class DefaultInstancePlace implements EnvironmentPostProcessor {

    static final String KEY = "frontdoor.default-place";

    @Override
    public void postProcessEnvironment(
            ConfigurableEnvironment environment, SpringApplication application) {
        String name = hostName() + "-" + Instant.now().truncatedTo(ChronoUnit.SECONDS);
        environment
                .getPropertySources()
                .addLast(new MapPropertySource("defaultInstancePlace", Map.of(KEY, name)));
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unknown-host";
        }
    }
}
