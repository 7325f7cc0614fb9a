package dev.frontdoor.test;

import dev.frontdoor.FrontDoorApplication;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.http.client.ReactorResourceFactory;

import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Starts the service on free ports, with the beans of a notifier's author, for the tests of one
 * class, and stops it after them. To be registered in a static field:
 *
 * <pre>{@code
 * @RegisterExtension
 * static final FrontDoorExtension frontDoor = FrontDoorExtension.with(MyConfiguration.class);
 * }</pre>
 */
public final class FrontDoorExtension implements BeforeAllCallback, AfterAllCallback {

    private final Class<?>[] sources;
    private final Map<String, String> properties =
            new HashMap<>(
                    Map.of(
                            "server.port", "0",
                            "management.server.port", "0",
                            "frontdoor.drain.window", "0s",
                            "frontdoor.drain.push-grace", "0s"));
    private @Nullable ConfigurableApplicationContext context;

    private FrontDoorExtension(Class<?>... sources) {
        this.sources = sources;
    }

    /** The service with what these configuration classes declare. */
    public static FrontDoorExtension with(Class<?>... configurations) {
        return new FrontDoorExtension(configurations);
    }

    /**
     * Sets a property of the service, for instance {@code frontdoor.notifiers.timeout}. Unless they
     * are set, its ports are free ones and a stop closes all workers at once.
     */
    public FrontDoorExtension property(String key, String value) {
        properties.put(key, value);
        return this;
    }

    /** Where workers connect. */
    public URI url() {
        return URI.create("ws://localhost:%d/liminal".formatted(port("local.server.port")));
    }

    /** Where operators look, for instance {@code /actuator/registrations}. */
    public URI management(String path) {
        return URI.create("http://localhost:%d%s".formatted(port("local.management.port"), path));
    }

    /**
     * A worker that has connected and not registered.
     *
     * @throws IOException if the service does not let it in
     */
    public TestWorker worker() throws IOException {
        return TestWorker.connect(url());
    }

    /** A bean of the service: the author's own, or {@code Workers}. */
    public <T> T bean(Class<T> type) {
        return context().getBean(type);
    }

    @Override
    public void beforeAll(ExtensionContext test) {
        String[] arguments =
                properties.entrySet().stream()
                        .map(property -> "--" + property.getKey() + "=" + property.getValue())
                        .toArray(String[]::new);
        context =
                new SpringApplicationBuilder(FrontDoorApplication.class)
                        .sources(sources)
                        .initializers(FrontDoorExtension::keepResourcesApart)
                        .run(arguments);
    }

    @Override
    public void afterAll(ExtensionContext test) {
        context().close();
    }

    /** Its event loops are its own: those that all share end with the first server that stops. */
    private static void keepResourcesApart(ConfigurableApplicationContext starting) {
        ReactorResourceFactory resources = new ReactorResourceFactory();
        resources.setUseGlobalResources(false);
        ((GenericApplicationContext) starting)
                .registerBean(ReactorResourceFactory.class, () -> resources);
    }

    private int port(String key) {
        return Integer.parseInt(
                Objects.requireNonNull(context().getEnvironment().getProperty(key)));
    }

    private ConfigurableApplicationContext context() {
        return Objects.requireNonNull(context, "the service runs during tests only");
    }
}
