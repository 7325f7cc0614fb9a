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
 * Sets {@code frontdoor.default-place}, from which an instance has its name unless it is given one:
 * the host's name and when the service started. A property, since log lines carry the name too.
 */
final class DefaultInstancePlace implements EnvironmentPostProcessor {

    static final String KEY = "frontdoor.default-place";

    @Override
    public void postProcessEnvironment(
            ConfigurableEnvironment environment, SpringApplication application) {
        String name = hostName() + "-" + Instant.now().truncatedTo(ChronoUnit.SECONDS);
        environment
                .getPropertySources()
                .addLast(new MapPropertySource("hostAndStart", Map.of(KEY, name)));
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unknown-host";
        }
    }
}
