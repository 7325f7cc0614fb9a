package dev.frontdoor.webhook;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.web.util.UriUtils;

import reactor.core.scheduler.Schedulers;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadFactory;

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
                clock);
    }

    @Bean
    EventDelivery webhookDelivery(
            WebhookProperties properties, WebhookClient client, MeterRegistry meters, Clock clock) {
        WebhookProperties.Deliveries settings = properties.deliveries();
        DeliveryQueue queue =
                new DeliveryQueue(
                        settings.queueCapacity(),
                        settings.maxConcurrent(),
                        new WebhookMetrics(meters));
        ThreadFactory threads = Thread.ofVirtual().name("webhook-delivery-", 1).factory();
        return new EventDelivery(
                settings,
                queue,
                client::post,
                new Backoff(settings.initialBackoff(), settings.maxBackoff(), new Random()),
                task -> threads.newThread(task).start(),
                Schedulers.parallel(),
                clock);
    }

    @Bean
    WebhookNotifier webhook(
            WebhookProperties properties,
            WebhookClient client,
            EventDelivery delivery,
            Clock clock,
            Environment environment) {
        warnOfLongAttempts(properties.responseTimeout(), environment);
        String source = properties.source();
        if (source.isEmpty()) {
            source = defaultSource(environment, clock);
        }
        return new WebhookNotifier(client, new EventFactory(source, clock), delivery);
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

    private static String defaultSource(Environment environment, Clock clock) {
        String application = environment.getProperty("spring.application.name", "front-door");
        String instance = environment.getProperty("frontdoor.instance", "");
        if (instance.isEmpty()) {
            instance = hostAndTime(clock);
        }
        return "/%s/%s".formatted(encode(application), encode(instance));
    }

    private static String encode(String segment) {
        return UriUtils.encodePathSegment(segment, StandardCharsets.UTF_8);
    }

    private static String hostAndTime(Clock clock) {
        try {
            Instant now = Instant.ofEpochMilli(clock.wallTime()).truncatedTo(ChronoUnit.SECONDS);
            return InetAddress.getLocalHost().getHostName() + "-" + now;
        } catch (UnknownHostException _) {
            return "unknown-host";
        }
    }
}
