package dev.frontdoor.actuate;

import dev.frontdoor.auth.CheckRecord;
import dev.frontdoor.auth.jwt.JwtKeys;
import dev.frontdoor.connection.Connections;
import dev.frontdoor.connection.Departures;
import dev.frontdoor.connection.Instance;
import dev.frontdoor.connection.ThreadProgress;
import dev.frontdoor.connection.drain.Drain;
import dev.frontdoor.connection.drain.Evictions;
import dev.frontdoor.connection.tls.CheckedSslBundles;
import dev.frontdoor.event.EventLog;
import dev.frontdoor.logging.DisplayEscapes;
import dev.frontdoor.notifier.Fleet;
import dev.frontdoor.push.InstanceWorkers;
import dev.frontdoor.push.PushService;
import dev.frontdoor.registration.Bans;
import dev.frontdoor.registration.LiveTable;
import dev.frontdoor.registration.RegistrationService;

import io.micrometer.core.instrument.Clock;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementServerProperties;
import org.springframework.boot.actuate.endpoint.web.WebEndpointsSupplier;
import org.springframework.boot.info.BuildProperties;
import org.springframework.boot.jackson.autoconfigure.JsonFactoryBuilderCustomizer;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import tools.jackson.core.StreamReadFeature;

@Configuration(proxyBeanMethods = false)
class ActuateConfiguration {

    @Bean
    RegistrationsEndpoint registrationsEndpoint(
            Instance instance,
            Connections connections,
            LiveTable table,
            InstanceWorkers workers,
            PushService pushes,
            Clock clock) {
        return new RegistrationsEndpoint(instance, connections, table, workers, pushes, clock);
    }

    @Bean
    FleetEndpoint fleetEndpoint(ObjectProvider<Fleet> directory, Instance instance) {
        return new FleetEndpoint(directory.getIfAvailable(), instance);
    }

    @Bean
    JsonFactoryBuilderCustomizer displayEscapes() {
        return json -> json.characterEscapes(new DisplayEscapes());
    }

    /** Of two values of one key, nobody knows which the client means. */
    @Bean
    JsonFactoryBuilderCustomizer strictKeys() {
        return json -> json.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION);
    }

    @Bean
    NotifiersEndpoint notifiersEndpoint(RegistrationService registrations) {
        return new NotifiersEndpoint(registrations);
    }

    @Bean
    DeparturesEndpoint departuresEndpoint(Departures departures, Clock clock) {
        return new DeparturesEndpoint(departures, clock);
    }

    @Bean
    RejectionsEndpoint rejectionsEndpoint(EventLog log) {
        return new RejectionsEndpoint(log);
    }

    @Bean
    RatesEndpoint ratesEndpoint(EventLog log) {
        return new RatesEndpoint(log.rates());
    }

    @Bean
    DrainEndpoint drainEndpoint(Drain drain) {
        return new DrainEndpoint(drain);
    }

    @Bean
    EvictionsEndpoint evictionsEndpoint(Evictions evictions, Clock clock) {
        return new EvictionsEndpoint(evictions, clock);
    }

    @Bean
    BansEndpoint bansEndpoint(Bans bans) {
        return new BansEndpoint(bans);
    }

    @Bean
    OperatorEndpoint operatorEndpoint(ObjectProvider<WebEndpointsSupplier> endpoints) {
        return new OperatorEndpoint(endpoints);
    }

    @Bean
    RequestBodyCheck requestBodyCheck(ListableBeanFactory beans) {
        return new RequestBodyCheck(beans);
    }

    @Bean
    ParameterFaults parameterFaults() {
        return new ParameterFaults();
    }

    @Bean
    PortLog portLog(
            ServerProperties workers, ObjectProvider<ManagementServerProperties> management) {
        return new PortLog(workers, management.getIfAvailable());
    }

    @Bean
    BuildInfoMetrics buildInfoMetrics(ObjectProvider<BuildProperties> build) {
        return new BuildInfoMetrics(build.getIfAvailable());
    }

    @Bean
    FrontDoorHealthIndicator frontDoorHealthIndicator(
            Connections connections, LiveTable table, Drain drain) {
        return new FrontDoorHealthIndicator(connections, table, drain);
    }

    @Bean
    ThreadsHealthIndicator threadsHealthIndicator(ThreadProgress progress) {
        return new ThreadsHealthIndicator(progress);
    }

    @Bean
    JwtHealthIndicator jwtHealthIndicator(JwtKeys keys) {
        return new JwtHealthIndicator(keys);
    }

    @Bean
    AuthenticationHealthIndicator authenticationHealthIndicator(CheckRecord checks) {
        return new AuthenticationHealthIndicator(checks);
    }

    @Bean
    NotifiersHealthIndicator notifiersHealthIndicator(RegistrationService registrations) {
        return new NotifiersHealthIndicator(registrations);
    }

    /** Its name takes the place of Spring Boot's. */
    @Bean
    SslBundlesHealthIndicator sslHealthIndicator(CheckedSslBundles bundles, Clock clock) {
        return new SslBundlesHealthIndicator(bundles, clock);
    }
}
