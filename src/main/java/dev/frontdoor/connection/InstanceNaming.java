package dev.frontdoor.connection;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Names this process. Sets {@code frontdoor.default-place}, the host's name, and {@code
 * frontdoor.instance-name}, which is the place and the time of the start. They are properties
 * because log lines and notifiers contain the name too.
 *
 * <p>The start is in nanoseconds since 1970, in base 36. Two processes at one place have the same
 * name only if the clock shows both the same nanosecond, even if it was set back in between.
 */
final class InstanceNaming implements EnvironmentPostProcessor {

    static final String PLACE = "frontdoor.default-place";
    static final String NAME = "frontdoor.instance-name";

    @Override
    public void postProcessEnvironment(
            ConfigurableEnvironment environment, SpringApplication application) {
        environment
                .getPropertySources()
                .addFirst(
                        new MapPropertySource(
                                "instanceNaming",
                                Map.of(
                                        PLACE,
                                        hostName(),
                                        NAME,
                                        "${frontdoor.instance}/" + start(Instant.now()))));
    }

    private static String start(Instant now) {
        long nanos = TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
        return Long.toString(nanos, Character.MAX_RADIX);
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException _) {
            return "unknown-host";
        }
    }
}
