package dev.frontdoor.registration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.auth.AuthProperties;
import dev.frontdoor.event.EventLog;
import dev.frontdoor.invocation.NotifierProperties;
import dev.frontdoor.invocation.NotifierRegistry;
import dev.frontdoor.invocation.Sampler;
import dev.frontdoor.invocation.thread.Timeouts;
import dev.frontdoor.logging.LoggedOutputExtension;
import dev.frontdoor.logging.RepeatedLines;
import dev.frontdoor.notifier.ConnectionNotifier;
import dev.frontdoor.notifier.IdentityClaims;
import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.registration.settings.RegistrationProperties;
import dev.frontdoor.test.server.SettingsBinder;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;

import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** What the start checks of the time for a decision. */
@ExtendWith(LoggedOutputExtension.class)
class RegistrationConfigurationTests {

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner()
                    .withUserConfiguration(RegistrationConfiguration.class)
                    .withUserConfiguration(Settings.class)
                    .withPropertyValues("frontdoor.instance-name=host-1/a")
                    .withBean(MeterRegistry.class, SimpleMeterRegistry::new)
                    .withBean(Clock.class, () -> Clock.SYSTEM)
                    .withBean(EventLog.class, () -> new EventLog(1, 1 << 16, Clock.SYSTEM))
                    .withBean(Timeouts.class, Timeouts::onOwnThread)
                    .withBean(
                            Sampler.class,
                            () -> new Sampler(ObservationRegistry.NOOP, Clock.SYSTEM))
                    .withBean(RepeatedLines.class, () -> new RepeatedLines((_, _) -> {}))
                    .withBean(NotifierRegistry.class)
                    .withBean("billing", Quiet.class);

    @Test
    void defaultsLeaveTimeForTheDecision(CapturedOutput output) {
        runner.run(context -> assertThat(context).hasNotFailed());

        assertThat(output).doesNotContain("decision-timeout");
    }

    @Test
    void timeoutThatIsNotShorterThanTheDecisionIsWarnedOf(CapturedOutput output) {
        runner.withPropertyValues("frontdoor.notifiers.beans.billing.timeout=4s")
                .run(context -> assertThat(context).hasNotFailed());

        assertThat(output)
                .containsOnlyOnce("the timeout of notifier 'billing' is PT4S; set it below");
    }

    @Test
    void uniqueIdentitiesThatAreNotWantedAreWarnedOf(CapturedOutput output) {
        ApplicationContextRunner withClaims =
                runner.withBean(IdentityClaims.class, ScriptedClaims::new);
        withClaims
                .withPropertyValues("frontdoor.duplicate-identity=reject")
                .run(context -> assertThat(context).hasNotFailed());
        assertThat(output).doesNotContain("frontdoor.fleet.identities");

        withClaims.run(context -> assertThat(context).hasNotFailed());

        assertThat(output).contains("frontdoor.fleet.identities has no effect");
    }

    @Test
    void registrationsMayUseAQuarterOfTheHeap() {
        assertThat(memoryLimit("0")).isEqualTo(Runtime.getRuntime().maxMemory() / 4);
    }

    @Test
    void memoryForRegistrationsIsASetting() {
        assertThat(memoryLimit("7MB")).isEqualTo(7L << 20);
    }

    private long memoryLimit(String setting) {
        AtomicLong limit = new AtomicLong();
        runner.withPropertyValues("frontdoor.limits.max-registered-bytes=" + setting)
                .run(context ->
                        limit.set(
                                (long)
                                        context.getBean(MeterRegistry.class)
                                                .get("frontdoor.budget.limit")
                                                .tag("budget", "registrations")
                                                .gauge()
                                                .value()));
        return limit.get();
    }

    @Test
    void decisionTimeoutOfNoTimeIsRefusedWithItsKeyAndWhatIsAllowed() {
        String key = "frontdoor.registrations.decision-timeout";

        assertThat(SettingsBinder.refusal(RegistrationProperties.class, Map.of(key, "0s")))
                .isEqualTo(key + ": PT0S: must be more than 0");
    }

    @EnableConfigurationProperties({AuthProperties.class, NotifierProperties.class})
    static class Settings {}

    static final class Quiet implements ConnectionNotifier {

        @Override
        public void onWorkerRegistered(long pid, WorkerRegistration registration) {}

        @Override
        public void onWorkerUnregistered(long pid) {}
    }
}
