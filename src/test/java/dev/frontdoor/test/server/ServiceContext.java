package dev.frontdoor.test.server;

import dev.frontdoor.notifier.ConnectionNotifier;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;

import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.ClassPathBeanDefinitionScanner;
import org.springframework.core.type.filter.AnnotationTypeFilter;

import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;

/**
 * The beans of the service without a server, for tests that drive its time and its channels by
 * hand.
 */
public final class ServiceContext implements AutoCloseable {

    private static final String[] PACKAGES = {
        "dev.frontdoor.event",
        "dev.frontdoor.invocation",
        "dev.frontdoor.auth",
        "dev.frontdoor.registration",
        "dev.frontdoor.push",
        "dev.frontdoor.connection",
        "dev.frontdoor.websocket",
        "dev.frontdoor.tcp"
    };

    private final ManualTime time = new ManualTime();
    private final ScriptedNotifier notifier = new ScriptedNotifier();
    private final AnnotationConfigApplicationContext context =
            new AnnotationConfigApplicationContext();

    /** A service with these settings, as {@code key=value}, that has one notifier. */
    public ServiceContext(String... settings) {
        this(_ -> {}, settings);
    }

    /** A service with a second notifier, which is called {@code name}. */
    public ServiceContext(String name, ConnectionNotifier second, String... settings) {
        this(
                context -> context.registerBean(name, ConnectionNotifier.class, () -> second),
                settings);
    }

    private ServiceContext(Consumer<AnnotationConfigApplicationContext> beans, String... settings) {
        TestPropertyValues.of("frontdoor.instance-name=under-test/0")
                .and(settings)
                .applyTo(context);
        ClassPathBeanDefinitionScanner scanner = new ClassPathBeanDefinitionScanner(context);
        scanner.addExcludeFilter(new AnnotationTypeFilter(TestConfiguration.class));
        scanner.scan(PACKAGES);
        context.registerBean(ManualTime.class, () -> time);
        context.registerBean(ScriptedNotifier.class, () -> notifier);
        beans.accept(context);
        context.registerBean(ObservationRegistry.class, ObservationRegistry::create);
        context.registerBean(
                MeterRegistry.class, () -> new SimpleMeterRegistry(SimpleConfig.DEFAULT, time));
        context.registerBean(
                "drainExecutor",
                ScheduledExecutorService.class,
                time::executor,
                definition -> definition.setDestroyMethodName(""));
        context.refresh();
    }

    /** The time of this service. */
    public ManualTime time() {
        return time;
    }

    /** The notifier. */
    public ScriptedNotifier notifier() {
        return notifier;
    }

    /** The bean of a type. */
    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    /** The value of a counter or a gauge. */
    public double value(String meter, String... tags) {
        return bean(MeterRegistry.class)
                .get(meter)
                .tags(tags)
                .meter()
                .measure()
                .iterator()
                .next()
                .getValue();
    }

    /** Stops the service as its process would, but without a drain. */
    @Override
    public void close() {
        context.getBeanFactory().destroySingletons();
    }
}
