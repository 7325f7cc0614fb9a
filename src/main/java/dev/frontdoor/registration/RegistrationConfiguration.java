package dev.frontdoor.registration;

import dev.frontdoor.auth.AuthProperties;
import dev.frontdoor.event.EventLog;
import dev.frontdoor.invocation.Notifier;
import dev.frontdoor.invocation.NotifierProperties;
import dev.frontdoor.invocation.NotifierRegistry;
import dev.frontdoor.invocation.Sampler;
import dev.frontdoor.invocation.thread.Timeouts;
import dev.frontdoor.logging.RepeatedLines;
import dev.frontdoor.notifier.IdentityClaims;
import dev.frontdoor.notifier.SharedBans;
import dev.frontdoor.registration.settings.DuplicateIdentity;
import dev.frontdoor.registration.settings.FrontDoorProperties;
import dev.frontdoor.registration.settings.LimitProperties;
import dev.frontdoor.registration.settings.RegistrationProperties;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import java.time.Duration;
import java.util.List;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({
    FrontDoorProperties.class,
    LimitProperties.class,
    RegistrationProperties.class
})
class RegistrationConfiguration {

    private static final Logger log = LoggerFactory.getLogger(RegistrationConfiguration.class);

    @Bean
    LiveTable liveTable(EventLog events) {
        return new LiveTable(events);
    }

    @Bean
    Bans bans(
            LiveTable table,
            @Value("${frontdoor.instance-name}") String instance,
            ObjectProvider<SharedBans> shared,
            MeterRegistry meters,
            Clock clock) {
        Bans bans = new Bans(table, clock, instance, shared.getIfAvailable());
        Gauge.builder("frontdoor.bans", bans, in -> in.inForce().size())
                .description("Identities that are banned")
                .register(meters);
        return bans;
    }

    @Bean
    Ledgers ledgers() {
        return new Ledgers();
    }

    @Bean
    RefusalLog refusalLog(RepeatedLines lines) {
        return new RefusalLog(lines);
    }

    @Bean
    PrincipalRules principalRules(AuthProperties auth) {
        return new PrincipalRules(auth.identityFromPrincipal());
    }

    @Bean
    RegistrationService registrationService(
            NotifierRegistry notifiers,
            NotifierProperties properties,
            FrontDoorProperties frontDoor,
            LimitProperties limits,
            RegistrationProperties registrations,
            PrincipalRules principalRules,
            LiveTable table,
            Bans bans,
            ObjectProvider<IdentityClaims> identityClaims,
            Ledgers ledgers,
            MeterRegistry meters,
            Sampler sampler,
            RefusalLog refusals,
            EventLog events,
            Timeouts timeouts,
            Clock clock) {
        List<Notifier> inCallOrder = notifiers.inCallOrder();
        Duration decisionTimeout = registrations.decisionTimeout();
        inCallOrder.stream()
                .filter(notifier -> notifier.timeout().compareTo(decisionTimeout) >= 0)
                .forEach(notifier -> warn(notifier, decisionTimeout));
        IdentityClaims claims = identityClaims.getIfAvailable();
        if (claims != null && frontDoor.duplicateIdentity() == DuplicateIdentity.ALLOW) {
            log.warn(
                    "frontdoor.fleet.identities has no effect while frontdoor.duplicate-identity is"
                            + " 'allow'");
        }
        RegistrationPolicy policy =
                new RegistrationPolicy(
                        inCallOrder,
                        properties.unmatched(),
                        bans,
                        new Identities(
                                frontDoor.duplicateIdentity(), claims, refusals, events, clock),
                        new RegistrationRateLimiter(
                                limits.registrationsPerSecond(), limits.registrationQueue(), clock),
                        decisionTimeout);
        MemoryBudget budget = new MemoryBudget(memoryLimit(limits));
        budget.show(meters, "registrations");
        return new RegistrationService(
                new RegistrationAdmission(
                        new RegistrationRules(limits),
                        principalRules,
                        new RegistrationsPerPrincipal(
                                limits.maxRegistrationsPerSecondPerPrincipal(), clock),
                        new RegistrationMemory(budget)),
                policy,
                table,
                new RegistrationMetrics(meters, sampler, table),
                new RegistrationLog(refusals, events),
                ledgers,
                timeouts,
                clock);
    }

    /** Heap for all registrations together; a quarter, unless it is set. */
    private static long memoryLimit(LimitProperties limits) {
        long configured = limits.maxRegisteredBytes().toBytes();
        return configured > 0 ? configured : Runtime.getRuntime().maxMemory() / 4;
    }

    private static void warn(Notifier notifier, Duration decisionTimeout) {
        log.warn(
                "the timeout of notifier '{}' is {}; set it below"
                        + " frontdoor.registrations.decision-timeout, {}, which ends its calls first",
                notifier.name(),
                notifier.timeout(),
                decisionTimeout);
    }
}
