package dev.frontdoor.invocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.frontdoor.notifier.ConnectionNotifier;
import dev.frontdoor.protocol.WorkerRegistration;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;

import org.junit.jupiter.api.Test;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;
import org.springframework.core.annotation.Order;

import java.util.List;

/** Which beans are called, and in which order. */
class NotifierRegistryTests {

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner()
                    .withUserConfiguration(InvocationConfiguration.class)
                    .withBean(MeterRegistry.class, SimpleMeterRegistry::new)
                    .withBean(ObservationRegistry.class, ObservationRegistry::create)
                    .withBean(Clock.class, () -> Clock.SYSTEM);

    @Test
    void withoutNotifiersThereAreNone() {
        runner.run(context -> assertThat(names(context)).isEmpty());
    }

    @Test
    void beansWithoutAnOrderAreCalledByName() {
        runner.withBean("zeta", Plain.class)
                .withBean("alpha", Plain.class)
                .withBean("beta", Plain.class)
                .run(context ->
                        assertThat(names(context)).containsExactly("alpha", "beta", "zeta"));
    }

    @Test
    void orderIsSpringsWhereverItIsGiven() {
        runner.withUserConfiguration(EveryKindOfOrder.class)
                .run(context -> {
                    assertThat(names(context))
                            .containsExactly(
                                    "priority",
                                    "onMethod",
                                    "onInstance",
                                    "onMethodOverInstance",
                                    "onClass",
                                    "behindProxy",
                                    "alsoWithout",
                                    "without");
                    assertThat(springsOwn(context))
                            .isEqualTo(
                                    context.getBean(NotifierRegistry.class).inCallOrder().stream()
                                            .map(Notifier::bean)
                                            .toList());
                });
    }

    @Test
    void equalOrdersAreCalledByName() {
        runner.withBean("b", OnClass.class)
                .withBean("c", OnInstance.class, () -> new OnInstance(30))
                .withBean("a", OnClass.class)
                .run(context -> assertThat(names(context)).containsExactly("a", "b", "c"));
    }

    @Test
    void disabledBeanIsNotCalled() {
        runner.withBean("a", Plain.class)
                .withBean("b", Plain.class)
                .withPropertyValues("frontdoor.notifiers.beans.a.enabled=false")
                .run(context -> assertThat(names(context)).containsExactly("b"));
    }

    @Test
    void generalSettingsHoldWhereABeanHasNoneOfItsOwn() {
        runner.withBean("a", Plain.class)
                .withBean("b", Plain.class)
                .withPropertyValues(
                        "frontdoor.notifiers.timeout=7s",
                        "frontdoor.notifiers.max-concurrent-calls=9",
                        "frontdoor.notifiers.beans.b.timeout=1s")
                .run(context -> {
                    List<Notifier> beans = context.getBean(NotifierRegistry.class).inCallOrder();
                    assertThat(beans)
                            .extracting(bean -> bean.timeout().toSeconds())
                            .containsExactly(7L, 1L);
                    assertThat(beans)
                            .extracting(Notifier::maxConcurrentCalls)
                            .containsExactly(9, 9);
                });
    }

    @Test
    void settingOfABeanThereIsNotFailsTheStartAndNamesThoseThereAre() {
        runner.withBean("billing", Plain.class)
                .withBean("audit", Plain.class)
                .withPropertyValues("frontdoor.notifiers.beans.biling.timeout=1s")
                .run(context ->
                        assertThatThrownBy(() -> names(context))
                                .isInstanceOfSatisfying(
                                        InvalidConfigurationPropertyValueException.class,
                                        failure -> {
                                            assertThat(failure.getName())
                                                    .isEqualTo("frontdoor.notifiers.beans.biling");
                                            assertThat(failure.getReason())
                                                    .contains("there are: audit, billing");
                                        }));
    }

    @Test
    void requiredBeanThatIsNotThereOrNotEnabledFailsTheStart() {
        runner.withBean("billing", Plain.class)
                .withPropertyValues("frontdoor.notifiers.required=billing,audit")
                .run(context ->
                        assertThatThrownBy(() -> names(context))
                                .isInstanceOf(InvalidConfigurationPropertyValueException.class)
                                .hasMessageContaining("'audit'")
                                .hasMessageContaining("frontdoor.notifiers.required")
                                .hasMessageContaining("there are: billing"));
        runner.withBean("billing", Plain.class)
                .withPropertyValues(
                        "frontdoor.notifiers.required=billing",
                        "frontdoor.notifiers.beans.billing.enabled=false")
                .run(context ->
                        assertThatThrownBy(() -> names(context))
                                .hasMessageContaining("is not enabled"));
        runner.withBean("billing", Plain.class)
                .withPropertyValues("frontdoor.notifiers.required=billing")
                .run(context -> assertThat(names(context)).containsExactly("billing"));
    }

    @Test
    void settingWithoutAnyBeanFailsTheStart() {
        runner.withPropertyValues("frontdoor.notifiers.beans.billing.enabled=false")
                .run(context ->
                        assertThatThrownBy(() -> names(context))
                                .hasMessageContaining("there is none at all"));
    }

    private static List<String> names(ApplicationContext context) {
        return context.getBean(NotifierRegistry.class).inCallOrder().stream()
                .map(Notifier::name)
                .toList();
    }

    private static List<ConnectionNotifier> springsOwn(ApplicationContext context) {
        return context.getBeanProvider(ConnectionNotifier.class).orderedStream().toList();
    }

    @Configuration(proxyBeanMethods = false)
    static class EveryKindOfOrder {

        @Bean
        ConnectionNotifier alsoWithout() {
            return new Plain();
        }

        @Bean
        ConnectionNotifier without() {
            return new Plain();
        }

        @Bean
        ConnectionNotifier behindProxy() {
            ProxyFactory factory = new ProxyFactory(new OnClassLater());
            return (ConnectionNotifier) factory.getProxy();
        }

        @Bean
        ConnectionNotifier onClass() {
            return new OnClass();
        }

        @Bean
        @Order(25)
        ConnectionNotifier onMethodOverInstance() {
            return new OnInstance(1);
        }

        @Bean
        ConnectionNotifier onInstance() {
            return new OnInstance(20);
        }

        @Bean
        @Order(10)
        ConnectionNotifier onMethod() {
            return new OnClass();
        }

        @Bean
        ConnectionNotifier priority() {
            return new WithPriority();
        }
    }

    private static class Plain implements ConnectionNotifier {

        @Override
        public void onWorkerRegistered(long pid, WorkerRegistration registration) {}

        @Override
        public void onWorkerUnregistered(long pid) {}
    }

    @Order(30)
    private static final class OnClass extends Plain {}

    @Order(40)
    private static final class OnClassLater extends Plain {}

    private static final class OnInstance extends Plain implements Ordered {

        private final int order;

        OnInstance(int order) {
            this.order = order;
        }

        @Override
        public int getOrder() {
            return order;
        }
    }

    private static final class WithPriority extends Plain implements PriorityOrdered {

        @Override
        public int getOrder() {
            return 1000;
        }
    }
}
