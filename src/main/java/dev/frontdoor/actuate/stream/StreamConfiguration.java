package dev.frontdoor.actuate.stream;

import dev.frontdoor.connection.Instance;
import dev.frontdoor.event.EventLog;
import dev.frontdoor.event.EventProperties;
import dev.frontdoor.notifier.Fleet;
import dev.frontdoor.registration.LiveTable;
import dev.frontdoor.registration.RegistrationService;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import tools.jackson.databind.json.JsonMapper;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

@Configuration(proxyBeanMethods = false)
class StreamConfiguration {

    private static final String EXECUTOR = "eventStreamExecutor";

    @Bean
    EventsEndpoint eventsEndpoint() {
        return new EventsEndpoint();
    }

    @Bean
    EventStreamHandler eventStreamHandler(
            EventStreams streams,
            ObjectProvider<Fleet> fleet,
            Instance instance,
            JsonMapper mapper,
            EventProperties properties,
            Clock clock) {
        Fleet found = fleet.getIfAvailable();
        return new EventStreamHandler(
                streams,
                found == null
                        ? null
                        : new FleetEvents(
                                found,
                                new EventText(instance.name(), mapper),
                                properties.commentInterval(),
                                clock));
    }

    @Bean
    EventStreams eventStreams(
            EventLog log,
            LiveTable table,
            Instance instance,
            JsonMapper mapper,
            EventProperties properties,
            @Qualifier(EXECUTOR) ScheduledExecutorService executor,
            MeterRegistry meters,
            Clock clock) {
        EventStreams streams =
                new EventStreams(
                        log,
                        table,
                        new EventText(instance.name(), mapper),
                        properties,
                        executor,
                        meters);
        var _ =
                executor.scheduleWithFixedDelay(
                        () -> streams.endLapsed(clock.wallTime()),
                        EventStreams.LAPSE_INTERVAL.toMillis(),
                        EventStreams.LAPSE_INTERVAL.toMillis(),
                        TimeUnit.MILLISECONDS);
        return streams;
    }

    @Bean
    NotifierWatch notifierWatch(
            RegistrationService registrations,
            EventLog log,
            @Qualifier(EXECUTOR) ScheduledExecutorService executor) {
        NotifierWatch watch = new NotifierWatch(registrations.notifiers(), log);
        var _ =
                executor.scheduleWithFixedDelay(
                        watch::check,
                        NotifierWatch.INTERVAL,
                        NotifierWatch.INTERVAL,
                        TimeUnit.MILLISECONDS);
        return watch;
    }

    /** Not a candidate elsewhere, so that Boot still configures its own executors. */
    @Bean(name = EXECUTOR, defaultCandidate = false, destroyMethod = "shutdownNow")
    ScheduledExecutorService eventStreamExecutor() {
        // After its shutdown, a stream that is left gets nothing, and nobody who records an event
        // fails.
        ScheduledThreadPoolExecutor executor =
                new ScheduledThreadPoolExecutor(
                        1,
                        Thread.ofPlatform().daemon().name("event-streams").factory(),
                        new ThreadPoolExecutor.DiscardPolicy());
        // Each part of a stream schedules a comment, and cancels it.
        executor.setRemoveOnCancelPolicy(true);
        return executor;
    }
}
