package dev.frontdoor.test;

import dev.frontdoor.FrontDoorApplication;
import dev.frontdoor.connection.drain.Drain;
import dev.frontdoor.notifier.Ban;
import dev.frontdoor.notifier.Eviction;
import dev.frontdoor.notifier.EvictionRequest;
import dev.frontdoor.notifier.WorkerFilter;
import dev.frontdoor.notifier.Workers;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.http.client.ReactorResourceFactory;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

import javax.net.ssl.SSLSocketFactory;

/**
 * Starts the service on free ports, with the beans of a notifier's author, for the tests of one
 * class, and stops it after them. Register it in a static field:
 *
 * <pre>{@code
 * @RegisterExtension
 * static final FrontDoorExtension frontDoor = FrontDoorExtension.with(MyConfiguration.class);
 * }</pre>
 */
public final class FrontDoorExtension implements BeforeAllCallback, AfterAllCallback {

    private static final String TOKENS = "frontdoor.auth.tokens[%s]";

    private final Class<?>[] sources;
    private final Map<String, String> properties =
            new HashMap<>(
                    Map.of(
                            "server.port", "0",
                            "management.server.port", "0",
                            "frontdoor.limits.max-event-loop-lag", "0s",
                            "frontdoor.drain.window", "0s",
                            "frontdoor.drain.push-grace", "0s"));
    private @Nullable ConfigurableApplicationContext context;

    private FrontDoorExtension(Class<?>... sources) {
        this.sources = sources;
    }

    /** A service with the beans of these configuration classes. */
    public static FrontDoorExtension with(Class<?>... configurations) {
        return new FrontDoorExtension(configurations);
    }

    /**
     * Sets a property of the service, for instance {@code frontdoor.notifiers.timeout}. By default
     * the service uses free ports, a stop closes all workers at once, and a busy machine does not
     * keep workers out.
     */
    public FrontDoorExtension property(String key, String value) {
        properties.put(key, value);
        return this;
    }

    /**
     * Lets the service accept a token of each of these principals, by {@code
     * frontdoor.auth.tokens}. Then every worker needs one: {@link #workerOf}.
     *
     * @param names of letters, digits and {@code _.@-}
     */
    public FrontDoorExtension principals(String... names) {
        for (String name : names) {
            property(TOKENS.formatted(name), "token-of-" + name);
        }
        return this;
    }

    /**
     * The token of a principal, to be sent in another way than {@link #workerOf} does.
     *
     * @throws IllegalArgumentException if it is none of {@link #principals}
     */
    public String tokenOf(String principal) {
        String token = properties.get(TOKENS.formatted(principal));
        if (token == null) {
            throw new IllegalArgumentException("not one of the principals: " + principal);
        }
        return token;
    }

    /** The address for workers; {@code wss} if the service has {@code server.ssl}. */
    public URI url() {
        String scheme = Ssl.isEnabled(bean(ServerProperties.class).getSsl()) ? "wss" : "ws";
        return URI.create("%s://localhost:%s/liminal".formatted(scheme, port("local.server.port")));
    }

    /**
     * Sockets that have the certificate and the authorities of a bundle of {@code
     * spring.ssl.bundle}, for {@link TestWorkerBuilder#socketFactory}.
     */
    public SSLSocketFactory sockets(String bundle) {
        return bean(SslBundles.class).getBundle(bundle).createSslContext().getSocketFactory();
    }

    /**
     * The address of a path on the operators' port, for instance {@code /actuator/registrations}.
     */
    public URI management(String path) {
        return URI.create("http://localhost:%d%s".formatted(port("local.management.port"), path));
    }

    /**
     * Connects a worker, which has not registered.
     *
     * @throws IOException if the service does not accept it
     */
    public TestWorker worker() throws IOException {
        return TestWorker.connect(url());
    }

    /**
     * Connects a worker that proves to be one of {@link #principals} by a token in Connect. It has
     * not registered.
     *
     * @throws IOException if the service does not accept it
     */
    public TestWorker workerOf(String principal) throws IOException {
        return TestWorker.to(url()).token(tokenOf(principal)).connect();
    }

    /**
     * Begins a drain, as an operator or the end of the service does, and returns at once. The
     * notifiers learn of it first, then all workers are closed with 1012. No worker is accepted
     * until {@link #cancelDrain}.
     */
    public void drain() {
        bean(Drain.class).begin("the test");
    }

    /** Ends a drain: workers are accepted again. */
    public void cancelDrain() {
        boolean _ = bean(Drain.class).cancel("the test");
    }

    /**
     * Begins an eviction of all workers that a filter selects, and returns at once. The notifiers
     * learn of it first, then these workers are closed with 1012. {@code Workers.evict} has more
     * choices.
     */
    public Eviction evict(WorkerFilter filter) {
        return bean(Workers.class).evict(EvictionRequest.all(filter));
    }

    /** Rejects an identity from now on, until {@link #unban}. */
    public void ban(String identity) {
        Ban _ = bean(Workers.class).ban(identity, Duration.ofDays(1), "banned by the test");
    }

    /** Ends the ban of an identity. */
    public void unban(String identity) {
        boolean _ = bean(Workers.class).unban(identity);
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

    /**
     * Gives the service event loops of its own: shared loops end with the first server that stops.
     */
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
