package dev.frontdoor.webhook;

import dev.frontdoor.notifier.Workers;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.util.UriUtils;

import reactor.core.scheduler.Schedulers;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("frontdoor.webhook.enabled")
@EnableConfigurationProperties(WebhookProperties.class)
class WebhookConfiguration {

    private static final Logger log = LoggerFactory.getLogger(WebhookConfiguration.class);

    @Bean
    WebhookClient webhookClient(
            WebhookProperties properties,
            SslBundles bundles,
            ObservationRegistry observations,
            Clock clock) {
        if (properties.secrets().isEmpty()) {
            log.warn("frontdoor.webhook.secrets is empty: events are not signed");
        }
        String bundle = properties.sslBundle();
        return new WebhookClient(
                properties,
                bundle.isEmpty() ? null : bundles.getBundle(bundle),
                observations,
                Schedulers.parallel(),
                clock);
    }

    @Bean
    EventDelivery webhookDelivery(
            WebhookProperties properties, WebhookClient client, MeterRegistry meters, Clock clock) {
        WebhookProperties.Deliveries settings = properties.deliveries();
        DeliveryQueue queue =
                new DeliveryQueue(
                        settings.queueCapacity(),
                        settings.queueMemory(),
                        settings.maxConcurrent(),
                        new WebhookMetrics(meters));
        return new EventDelivery(
                settings,
                queue,
                client::post,
                new Backoff(settings.initialBackoff(), settings.maxBackoff(), new Random()),
                threads(settings.maxConcurrent()),
                Schedulers.parallel(),
                clock);
    }

    /** Threads that end when no event has come for a while. */
    private static Executor threads(int maximum) {
        ThreadPoolExecutor threads =
                new ThreadPoolExecutor(
                        maximum,
                        maximum,
                        10,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        Thread.ofPlatform().daemon().name("webhook-delivery-", 1).factory());
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }

    @Bean
    WebhookNotifier webhook(
            WebhookProperties properties,
            WebhookClient client,
            EventDelivery delivery,
            Clock clock,
            ObjectProvider<Workers> workers,
            Environment environment) {
        warnOfLongAttempts(properties.responseTimeout(), environment);
        // The workers need their notifiers first.
        Supplier<@Nullable Workers> all =
                SingletonSupplier.ofNullable(() -> workers.stream().findFirst().orElse(null));
        return new WebhookNotifier(
                client,
                new EventFactory(
                        source(properties.source(), environment),
                        clock,
                        pid ->
                                Optional.ofNullable(all.get())
                                        .flatMap(each -> each.connection(pid))),
                delivery);
    }

    /** An attempt that is cut off by another time limit fails without saying what it waited for. */
    private static void warnOfLongAttempts(Duration attempt, Environment environment) {
        Binder binder = Binder.get(environment);
        String own = "frontdoor.notifiers.beans.webhook.timeout";
        boolean hasOwn = binder.bind(own, Duration.class).isBound();
        for (String limit :
                List.of(
                        hasOwn ? own : "frontdoor.notifiers.timeout",
                        "frontdoor.registrations.decision-timeout")) {
            binder.bind(limit, Duration.class)
                    .ifBound(bound -> {
                        if (attempt.compareTo(bound) >= 0) {
                            log.warn(
                                    "frontdoor.webhook.response-timeout is {}; set it below {},"
                                            + " {}, which ends its calls first",
                                    attempt,
                                    limit,
                                    bound);
                        }
                    });
        }
    }

    /** A source of one process, so that neither pids nor sequence numbers repeat within it. */
    private static String source(String configured, Environment environment) {
        String start =
                configured.isEmpty()
                        ? "/"
                                + encode(
                                        environment.getProperty(
                                                "spring.application.name", "front-door"))
                        : configured;
        String instance = environment.getRequiredProperty("frontdoor.instance-name");
        int slash = instance.lastIndexOf('/');
        return start + "/" + encode(instance.substring(0, slash)) + instance.substring(slash);
    }

    private static String encode(String segment) {
        return UriUtils.encodePathSegment(segment, StandardCharsets.UTF_8);
    }
}
