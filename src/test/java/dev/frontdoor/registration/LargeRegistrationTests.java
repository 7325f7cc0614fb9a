package dev.frontdoor.registration;

import static dev.frontdoor.registration.LinkedWorker.ACCEPTED;
import static dev.frontdoor.registration.LinkedWorker.rejected;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.notifier.RegistrationRejectedException;
import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.protocol.FrameCodec;
import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.registration.settings.LimitProperties;
import dev.frontdoor.test.Registrations;
import dev.frontdoor.test.server.SettingsBinder;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The size of one registration, and of all together. */
class LargeRegistrationTests {

    private static final int MAX_SIZE = 256 * 1024;
    private static final int LARGE = 50_000;
    private static final int HEADER_SIZE = 10;
    private static final Decision NO_MEMORY =
            new Decision.Rejected(
                    RegistrationOutcome.DEFERRED,
                    "the service has no memory for further registrations; retry in 30 s");

    @AutoClose private final RegistrationFixture fixture = new RegistrationFixture();
    private final MemoryBudget memory = new MemoryBudget(2 * LARGE);

    @BeforeEach
    void limitMemory() {
        fixture.memory(memory);
    }

    @ParameterizedTest
    @ValueSource(strings = {"~", "\u00a0", "\u07ff", "\u0800", "\uffff", "\ud83d\ude00"})
    void identityIsMeasuredInBytesOfUtf8(String character) {
        RegistrationRules rules = rules(MAX_SIZE);
        int size = character.getBytes(StandardCharsets.UTF_8).length;
        String fits = character.repeat(RegistrationRules.MAX_IDENTITY_SIZE / size);

        assertThat(rules.violation(Registrations.of(fits).build())).isNull();
        assertThat(rules.violation(Registrations.of(fits + character).build()))
                .startsWith("identity has ");
    }

    @Test
    void registrationOverItsMaximumSizeIsRejectedWithTheLimit() {
        WorkerRegistration registration =
                Registrations.of("one").namespaces("x".repeat(900_000)).build();
        int size = FrameCodec.encode(new WorkerRegister(0, registration)).length - HEADER_SIZE;

        assertThat(fixture.worker().register(registration))
                .isEqualTo(
                        rejected(
                                "the registration has %d bytes; at most %d are allowed"
                                        .formatted(size, MAX_SIZE)));
        assertThat(memory.used()).isZero();
    }

    @Test
    void sizeIsThatOnTheWire() {
        for (String text : new String[] {"x", "\u00e9", "\u65e5", "\ud83d\ude00"}) {
            WorkerRegistration registration =
                    Registrations.of(text)
                            .namespaces(text, "")
                            .node(text)
                            .taskQueue(text)
                            .activityTypes(text.repeat(3))
                            .activity(text, "\"" + text.repeat(200_000) + "\"", "{}")
                            .build();
            int size = FrameCodec.encode(new WorkerRegister(0, registration)).length - HEADER_SIZE;
            assertThat(rules(size).violation(registration)).isNull();
            assertThat(rules(size - 1).violation(registration))
                    .startsWith("the registration has %d bytes".formatted(size));
        }
        assertThat(rules(MAX_SIZE).violation(Registrations.of("one").build())).isNull();
    }

    @Test
    void registrationBeyondTheMemoryOfAllIsDeferredUntilAnotherEnds() {
        LinkedWorker first = fixture.worker();
        LinkedWorker second = fixture.worker();
        assertThat(first.register(large("a"))).isEqualTo(ACCEPTED);
        assertThat(second.register(large("b"))).isEqualTo(NO_MEMORY);
        assertThat(fixture.decided(RegistrationOutcome.DEFERRED)).isOne();

        first.end();

        assertThat(second.register(large("b"))).isEqualTo(ACCEPTED);
        second.end();
        fixture.awaitNothingLeft();
    }

    @Test
    void replacedRegistrationGivesItsRoomBack() {
        LinkedWorker worker = fixture.worker();
        assertThat(worker.register(large("a"))).isEqualTo(ACCEPTED);
        assertThat(worker.register("small")).isEqualTo(ACCEPTED);
        assertThat(memory.used()).isLessThan(LARGE);
        assertThat(worker.register(large("b"))).isEqualTo(ACCEPTED);
        assertThat(memory.used()).isBetween((long) LARGE, 2L * LARGE);
        worker.end();
        fixture.awaitNothingLeft();
    }

    @Test
    void refusedReplacementLeavesTheRoomOfTheEarlierOne() {
        LinkedWorker worker = fixture.worker();
        assertThat(worker.register(large("a"))).isEqualTo(ACCEPTED);
        long used = memory.used();
        assertThat(worker.register(large("b"))).isEqualTo(NO_MEMORY);
        assertThat(memory.used()).isEqualTo(used);
        assertThat(fixture.inForce(worker)).isEqualTo("a");
        worker.end();
        fixture.awaitNothingLeft();
    }

    @Test
    void repeatedRegistrationNeedsNoRoomWhateverItsDecision() {
        ScriptedNotifier notifier = fixture.notifier("a");
        LinkedWorker worker = fixture.worker();
        assertThat(worker.register(large("a"))).isEqualTo(ACCEPTED);
        fillMemory();
        long used = memory.used();

        assertThat(worker.register(large("a"))).isEqualTo(ACCEPTED);
        notifier.registering(
                "a",
                () -> {
                    throw new RegistrationRejectedException("no");
                });
        assertThat(worker.register(large("a"))).isEqualTo(rejected("no"));
        assertThat(memory.used()).isEqualTo(used);
        assertThat(fixture.inForce(worker)).isEqualTo("a");
    }

    @Test
    void undoneRegistrationGivesItsRoomBack() {
        fixture.notifier("a");
        fixture.notifier("b")
                .registering(
                        "a",
                        () -> {
                            throw new RegistrationRejectedException("no");
                        });
        LinkedWorker worker = fixture.worker();
        assertThat(worker.register(large("a"))).isEqualTo(rejected("no"));
        RegistrationFixture.eventually().untilAsserted(() -> assertThat(memory.used()).isZero());
        worker.end();
        fixture.awaitNothingLeft();
    }

    @Test
    void registrationWhoseConnectionEndsMeanwhileGivesItsRoomBack() {
        ScriptedNotifier notifier = fixture.notifier("a");
        LinkedWorker worker = fixture.worker();
        notifier.registering("a", worker::end);
        var _ = LinkedWorker.decisionOf(worker.registering(large("a")));
        fixture.awaitNothingLeft();
    }

    /** Leaves no room for one more registration, however small. */
    private void fillMemory() {
        int workers = 0;
        while (fixture.worker().register("small-%s".formatted(workers)).equals(ACCEPTED)) {
            workers++;
        }
        assertThat(workers).isPositive();
    }

    private static WorkerRegistration large(String identity) {
        String schema = "\"" + identity + "x".repeat(LARGE) + "\"";
        return Registrations.of(identity).activity("large", schema, "{}").build();
    }

    private static RegistrationRules rules(int maxSize) {
        return new RegistrationRules(
                SettingsBinder.bind(
                        LimitProperties.class,
                        Map.of("frontdoor.limits.max-registration-size", maxSize + "B")));
    }
}
