package dev.frontdoor.invocation;

import dev.frontdoor.logging.RepeatedLines;
import dev.frontdoor.notifier.ConnectionNotifier;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.AnnotationAwareOrderComparator;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Finds the notifier beans and sorts them into call order: Spring's, then by bean name. */
public final class NotifierRegistry {

    private final ConfigurableListableBeanFactory factory;
    private final NotifierProperties properties;
    private final MeterRegistry meters;
    private final Sampler sampler;
    private final RepeatedLines lines;
    private final Clock clock;

    public NotifierRegistry(
            ConfigurableListableBeanFactory factory,
            NotifierProperties properties,
            MeterRegistry meters,
            Sampler sampler,
            RepeatedLines lines,
            Clock clock) {
        this.factory = factory;
        this.properties = properties;
        this.meters = meters;
        this.sampler = sampler;
        this.lines = lines;
        this.clock = clock;
    }

    /**
     * The enabled notifiers, in call order.
     *
     * @throws InvalidConfigurationPropertyValueException for a setting of a bean that does not
     *     exist, and for a required bean that does not exist or is not enabled
     */
    public List<Notifier> inCallOrder() {
        Map<String, ConnectionNotifier> found = factory.getBeansOfType(ConnectionNotifier.class);
        requireExisting(found);
        IdentityHashMap<ConnectionNotifier, String> names = new IdentityHashMap<>();
        found.forEach((name, notifier) -> names.put(notifier, name));
        Comparator<Object> order =
                AnnotationAwareOrderComparator.INSTANCE.withSourceProvider(
                        notifier -> orderSources(names.get(notifier)));
        return found.entrySet().stream()
                .filter(entry -> settings(entry.getKey()).enabled())
                .sorted(
                        Map.Entry.<String, ConnectionNotifier>comparingByValue(order)
                                .thenComparing(Map.Entry.comparingByKey()))
                .map(entry -> bean(entry.getKey(), entry.getValue()))
                .toList();
    }

    private Notifier bean(String name, ConnectionNotifier notifier) {
        NotifierMetrics calls =
                new NotifierMetrics(name, Callbacks.of(notifier), meters, sampler, clock);
        return new Notifier(name, notifier, properties, settings(name), calls, lines, clock);
    }

    private NotifierProperties.Bean settings(String name) {
        return properties.beans().getOrDefault(name, NotifierProperties.Bean.DEFAULT);
    }

    private void requireExisting(Map<String, ConnectionNotifier> found) {
        for (String name : new TreeSet<>(properties.beans().keySet())) {
            requireExisting(found, "beans." + name, name);
        }
        for (String name : properties.required()) {
            requireExisting(found, "required", name);
            if (!settings(name).enabled()) {
                throw new InvalidConfigurationPropertyValueException(
                        NotifierProperties.PREFIX + "required",
                        name,
                        "This notifier bean is not enabled.");
            }
        }
    }

    private static void requireExisting(
            Map<String, ConnectionNotifier> found, String setting, String name) {
        if (!found.containsKey(name)) {
            throw new InvalidConfigurationPropertyValueException(
                    NotifierProperties.PREFIX + setting,
                    name,
                    found.isEmpty()
                            ? "There is no notifier bean '" + name + "'; there is none at all."
                            : "There is no notifier bean '"
                                    + name
                                    + "'; there are: "
                                    + String.join(", ", new TreeSet<>(found.keySet())));
        }
    }

    /** Where a bean's definition declares an order, as for injected lists; precedes the bean. */
    private Object @Nullable [] orderSources(@Nullable String name) {
        if (name == null
                || !factory.containsBeanDefinition(name)
                || !(factory.getMergedBeanDefinition(name)
                        instanceof RootBeanDefinition definition)) {
            return null;
        }
        List<Object> sources = new ArrayList<>(3);
        if (definition.getAttribute(AbstractBeanDefinition.ORDER_ATTRIBUTE)
                instanceof Integer value) {
            sources.add((Ordered) () -> value);
        }
        Method method = definition.getResolvedFactoryMethod();
        if (method != null) {
            sources.add(method);
        }
        Class<?> type = definition.getTargetType();
        if (type != null) {
            sources.add(type);
        }
        return sources.toArray();
    }
}
