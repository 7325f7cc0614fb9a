package dev.frontdoor.invocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.frontdoor.invocation.NotifierProperties.Bean;
import dev.frontdoor.invocation.NotifierProperties.OnFailure;
import dev.frontdoor.invocation.NotifierProperties.Unmatched;
import dev.frontdoor.notifier.ConnectionNotifier;
import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.test.Registrations;
import dev.frontdoor.test.server.SettingsBinder;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

class NotifierPropertiesTests {

    private static final String PREFIX = "frontdoor.notifiers.";

    @Test
    void defaultsAreThoseOfTheDocumentation() {
        NotifierProperties properties = bind();

        assertThat(properties.unmatched()).isEqualTo(Unmatched.REJECT);
        assertThat(properties.timeout()).isEqualTo(Duration.ofSeconds(3));
        assertThat(properties.maxConcurrentCalls()).isEqualTo(64);
        assertThat(properties.maxConcurrentPublications()).isEqualTo(64);
        assertThat(properties.beans()).isEmpty();
    }

    @Test
    void beanWithOneSettingHasDefaultsOtherwise() {
        Bean bean = bind("beans.billing-registry.timeout", "2s").beans().get("billing-registry");

        assertThat(bean)
                .isEqualTo(
                        new Bean(
                                true,
                                Duration.ofSeconds(2),
                                null,
                                null,
                                OnFailure.REJECT,
                                NotifierProperties.Match.EVERYTHING));
    }

    @Test
    void everySettingOfABeanIsBound() {
        NotifierProperties properties =
                bind(
                        "beans.myBean.enabled", "false",
                        "beans.myBean.timeout", "150ms",
                        "beans.myBean.max-concurrent-calls", "3",
                        "beans.myBean.max-concurrent-publications", "2",
                        "beans.myBean.on-failure", "ignore",
                        "beans.myBean.match.namespaces", "billing, billing-*",
                        "beans.myBean.match.task-queues", "*",
                        "beans.myBean.match.nodes[0]", "node-?",
                        "beans.myBean.match.activity-types", "charge");
        Bean bean = beanSettings(properties, "myBean");

        assertThat(bean.enabled()).isFalse();
        assertThat(bean.timeout()).isEqualTo(Duration.ofMillis(150));
        assertThat(bean.maxConcurrentCalls()).isEqualTo(3);
        assertThat(bean.maxConcurrentPublications()).isEqualTo(2);
        assertThat(bean.onFailure()).isEqualTo(OnFailure.IGNORE);
        assertThat(bean.match().namespaces()).containsExactly("billing", "billing-*");
        assertThat(bean.match().taskQueues()).containsExactly("*");
        assertThat(bean.match().nodes()).containsExactly("node-?");
        assertThat(bean.match().activityTypes()).containsExactly("charge");
    }

    @ParameterizedTest
    @CsvSource({
        "timeout, 0s, PT0S: must be more than 0",
        "timeout, -1s, PT-1S: must be more than 0",
        "max-concurrent-calls, 0, 0: must be 1 or more",
        "max-failures-in-a-row, 0, 0: must be from 1 to 1000",
        "max-failures-in-a-row, 1001, 1001: must be from 1 to 1000",
        "probe-interval, 0s, PT0S: must be more than 0",
        "beans.a.timeout, 0ms, PT0S: must be more than 0",
        "beans.a.max-concurrent-calls, -4, -4: must be 1 or more"
    })
    void badValueIsRefusedWithItsKeyAndWhatIsAllowed(String key, String value, String reason) {
        assertThat(refusal(Map.of(PREFIX + key, value))).isEqualTo(PREFIX + key + ": " + reason);
    }

    @ParameterizedTest
    @CsvSource({
        "namespaces, [x]",
        "task-queues, a{b}",
        "nodes, ''",
        "activity-types, a\\b",
        "nodes, a]"
    })
    void patternThatIsNoGlobIsRefusedWithItsPlaceAndWhatAGlobIs(String list, String glob) {
        String key = PREFIX + "beans.a.match." + list;

        assertThat(refusal(Map.of(key + "[0]", "fine", key + "[1]", glob)))
                .isEqualTo(
                        key
                                + "[1]: "
                                + glob
                                + ": is not a glob; it must not be empty, * stands for any"
                                + " characters, ? for one, and [ ] { } \\ are not allowed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "a?b", "über-*", "a b"})
    void ordinaryGlobIsBound(String glob) {
        NotifierProperties properties = bind("beans.a.match.nodes[0]", glob);

        assertThat(beanSettings(properties, "a").match().nodes()).containsExactly(glob);
    }

    @ParameterizedTest
    @CsvSource({
        "unmatched, maybe",
        "timeout, soon",
        "max-concurrent-calls, many",
        "beans.a.on-failure, explode",
        "beans.a.enabled, perhaps"
    })
    void valueOfAnotherKindIsRefused(String key, String value) {
        assertThatThrownBy(() -> bind(key, value))
                .hasStackTraceContaining(PREFIX + key)
                .hasStackTraceContaining(value);
    }

    @ParameterizedTest
    @CsvSource({
        "namespaces, billing-*, true",
        "namespaces, sales, true",
        "namespaces, other, false",
        "task-queues, queue, true",
        "task-queues, other, false",
        "nodes, node-1, true",
        "nodes, other, false",
        "activity-types, ch*, true",
        "activity-types, other, false"
    })
    void everyListNarrows(String list, String glob, boolean matches) {
        Notifier bean = bean(bind("beans.a.match." + list, glob));

        assertThat(
                        bean.matches(
                                Registrations.of("x")
                                        .namespaces("sales", "billing-eu")
                                        .taskQueue("queue")
                                        .node("node-1")
                                        .activityTypes("refund", "charge")
                                        .build()))
                .isEqualTo(matches);
    }

    @Test
    void allListsMustLetARegistrationThrough() {
        Notifier bean =
                bean(
                        bind(
                                "beans.a.match.namespaces", "default",
                                "beans.a.match.task-queues", "other"));

        assertThat(bean.matches(Registrations.of("x").build())).isFalse();
    }

    @Test
    void workerWithoutANodeCountsAsOneThatNamesTheEmptyOne() {
        assertThat(bean(bind("beans.a.match.nodes", "*")).matches(Registrations.of("x").build()))
                .isTrue();
        assertThat(bean(bind("beans.a.match.nodes", "?*")).matches(Registrations.of("x").build()))
                .isFalse();
    }

    private static Bean beanSettings(NotifierProperties properties, String name) {
        return Objects.requireNonNull(properties.beans().get(name));
    }

    private static Notifier bean(NotifierProperties properties) {
        return TestNotifiers.notifier(
                "a",
                new NeverCalled(),
                properties,
                beanSettings(properties, "a"),
                new SimpleMeterRegistry(),
                new Sampler(ObservationRegistry.NOOP, Clock.SYSTEM),
                Clock.SYSTEM);
    }

    private static final class NeverCalled implements ConnectionNotifier {

        @Override
        public void onWorkerRegistered(long pid, WorkerRegistration registration) {
            throw new AssertionError("not called here");
        }

        @Override
        public void onWorkerUnregistered(long pid) {
            throw new AssertionError("not called here");
        }
    }

    private static NotifierProperties bind(String... settings) {
        Map<String, String> map = new HashMap<>();
        for (int i = 0; i < settings.length; i += 2) {
            map.put(PREFIX + settings[i], settings[i + 1]);
        }
        return SettingsBinder.bind(NotifierProperties.class, map);
    }

    private static String refusal(Map<String, String> settings) {
        return SettingsBinder.refusal(NotifierProperties.class, settings);
    }
}
