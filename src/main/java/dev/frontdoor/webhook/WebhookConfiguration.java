package dev.frontdoor.webhook;

import io.micrometer.core.instrument.MeterRegistry;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.web.util.UriUtils;

import reactor.core.scheduler.Schedulers;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Random;

@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("frontdoor.webhook.enabled")
@EnableConfigurationProperties(WebhookProperties.class)
class WebhookConfiguration {

    private static final Logger log = LoggerFactory.getLogger(WebhookConfiguration.class);

    private final Clock clock = Clock.systemUTC();

    @Bean
    WebhookClient webhookClient(WebhookProperties properties) {
        if (properties.secrets().isEmpty()) {
            log.warn("frontdoor.webhook.secrets is empty: events are not signed");
        }
        return new WebhookClient(properties, clock);
    }

    @Bean
    DeliveryQueue webhookDeliveries(
            WebhookProperties properties, WebhookClient client, MeterRegistry meters) {
        WebhookProperties.Deliveries settings = properties.deliveries();
        return new DeliveryQueue(
                settings,
                client::post,
                new Backoff(settings.initialBackoff(), settings.maxBackoff(), new Random()),
                task -> Thread.ofVirtual().name("webhook-delivery").start(task),
                Schedulers.parallel(),
                new WebhookMetrics(meters));
    }

    @Bean
    WebhookNotifier webhook(
            WebhookProperties properties,
            WebhookClient client,
            DeliveryQueue deliveries,
            Environment environment) {
        String source = properties.source();
        Events events = new Events(source.isEmpty() ? source(environment) : source, clock);
        return new WebhookNotifier(client, events, deliveries);
    }

    private String source(Environment environment) {
        String application = environment.getProperty("spring.application.name", "front-door");
        String instance = environment.getProperty("frontdoor.instance", "");
        return "/%s/%s"
                .formatted(encode(application), encode(instance.isEmpty() ? ofHost() : instance));
    }

    private static String encode(String segment) {
        return UriUtils.encodePathSegment(segment, StandardCharsets.UTF_8);
    }

    private String ofHost() {
        try {
            String start = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
            return InetAddress.getLocalHost().getHostName() + "-" + start;
        } catch (UnknownHostException e) {
            return "unknown-host";
        }
    }
}
