package dev.frontdoor.registration;

import dev.frontdoor.notifier.ConnectionNotifier;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;

import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.Order;
import org.springframework.core.annotation.OrderUtils;

import java.lang.reflect.Method;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Finds the notifier beans and brings them into call order: Spring's, then by bean name. */
final class NotifierBeans {

    private final ConfigurableListableBeanFactory factory;
    private final NotifierProperties properties;
    private final MeterRegistry meters;
    private final ObservationRegistry observations;
    private final Clock clock;

    NotifierBeans(
            ConfigurableListableBeanFactory factory,
            NotifierProperties properties,
            MeterRegistry meters,
            ObservationRegistry observations,
            Clock clock) {
        this.factory = factory;
        this.properties = properties;
        this.meters = meters;
        this.observations = observations;
        this.clock = clock;
    }

    /**
     * The enabled notifiers, in call order.
     *
     * @throws InvalidConfigurationPropertyValueException for a setting of a bean there is not
     */
    List<NotifierBean> inCallOrder() {
        Map<String, ConnectionNotifier> found = factory.getBeansOfType(ConnectionNotifier.class);
        requireExisting(found);
        return found.entrySet().stream()
                .filter(entry -> settings(entry.getKey()).enabled())
                .sorted(
                        Comparator.<Map.Entry<String, ConnectionNotifier>>comparingInt(
                                        entry -> order(entry.getKey(), entry.getValue()))
                                .thenComparing(Map.Entry.comparingByKey()))
                .map(entry -> bean(entry.getKey(), entry.getValue()))
                .toList();
    }

    private NotifierBean bean(String name, ConnectionNotifier notifier) {
        NotifierCalls calls = new NotifierCalls(name, meters, observations, clock);
        return new NotifierBean(name, notifier, properties, settings(name), calls);
    }

    private NotifierProperties.Bean settings(String name) {
        return properties.beans().getOrDefault(name, NotifierProperties.Bean.DEFAULT);
    }

    private void requireExisting(Map<String, ConnectionNotifier> found) {
        for (String name : new TreeSet<>(properties.beans().keySet())) {
            if (!found.containsKey(name)) {
                throw new InvalidConfigurationPropertyValueException(
                        NotifierProperties.PREFIX + "beans." + name,
                        name,
                        found.isEmpty()
                                ? "There is no such notifier bean; there is none at all."
                                : "There is no such notifier bean; there are: "
                                        + String.join(", ", new TreeSet<>(found.keySet())));
            }
        }
    }

    /** As Spring's own ordering of injected lists: the instance, its definition, method, class. */
    private int order(String name, ConnectionNotifier notifier) {
        if (notifier instanceof Ordered ordered) {
            return ordered.getOrder();
        }
        if (factory.containsBeanDefinition(name)
                && factory.getMergedBeanDefinition(name) instanceof RootBeanDefinition definition) {
            if (definition.getAttribute(AbstractBeanDefinition.ORDER_ATTRIBUTE)
                    instanceof Integer order) {
                return order;
            }
            Method method = definition.getResolvedFactoryMethod();
            Order order =
                    method == null
                            ? null
                            : AnnotatedElementUtils.findMergedAnnotation(method, Order.class);
            if (order != null) {
                return order.value();
            }
        }
        return OrderUtils.getOrder(AopUtils.getTargetClass(notifier), Ordered.LOWEST_PRECEDENCE);
    }
}
