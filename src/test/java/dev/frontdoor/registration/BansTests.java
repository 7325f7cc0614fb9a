package dev.frontdoor.registration;

import static dev.frontdoor.registration.LinkedWorker.ACCEPTED;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.frontdoor.invocation.CallKind;
import dev.frontdoor.notifier.Ban;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Which registrations a ban rejects, and until when. */
class BansTests {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final String BY = "a test";

    @AutoClose private final RegistrationFixture fixture = new RegistrationFixture();
    private final Gate gate = new Gate();

    @Test
    void bannedIdentityIsRejectedBeforeAnyNotifier() {
        fixture.notifier("first");
        ban("banned", HOUR, "too many crashes");

        Decision decision = fixture.worker().register("banned");

        assertThat(reason(decision))
                .startsWith("the identity is banned (too many crashes) until 2024-10-04T01:00:00Z");
        assertThat(decision.outcome()).isEqualTo(RegistrationOutcome.REJECTED);
        assertThat(fixture.calls("first", CallKind.REGISTERED)).isZero();
        assertThat(fixture.worker().register("other")).isEqualTo(ACCEPTED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"retry in 5 s", "full; retry in 5 s", ""})
    void reasonNeverInvitesToTryAgain(String reason) {
        ban("banned", HOUR, reason);

        assertThat(reason(fixture.worker().register("banned"))).doesNotMatch(".*retry in \\d+ s$");
    }

    @Test
    void workerThatIsRegisteredStaysAndCannotRegisterAgain() {
        LinkedWorker worker = fixture.worker();
        assertThat(worker.register("banned")).isEqualTo(ACCEPTED);

        ban("banned", HOUR, "");

        assertThat(reason(worker.register("banned"))).contains("banned");
        assertThat(worker.closes()).isEmpty();
        assertThat(fixture.inForce(worker)).isEqualTo("banned");
    }

    @Test
    void workersOfTheIdentityAreDisconnectedIfAsked() {
        LinkedWorker worker = fixture.worker();
        LinkedWorker other = fixture.worker();
        assertThat(worker.register("banned")).isEqualTo(ACCEPTED);
        assertThat(other.register("other")).isEqualTo(ACCEPTED);

        fixture.bans().ban("banned", HOUR, "", true, BY);

        assertThat(worker.closes()).containsExactly(CloseCause.DISCONNECTED);
        assertThat(other.closes()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"true, true", "false, false"})
    void registrationThatIsBeingDecidedIsClosedOnceItIsInForceIfAsked(
            boolean disconnect, boolean closed) {
        fixture.notifier("first").registering("banned", gate::stay);
        LinkedWorker worker = fixture.worker();
        CompletableFuture<Decision> undecided = worker.registering("banned");
        gate.awaitEntered();

        fixture.bans().ban("banned", HOUR, "", disconnect, BY);
        assertThat(worker.closes()).isEmpty();
        gate.open();

        Decision _ = LinkedWorker.decisionOf(undecided);
        assertThat(worker.closes().contains(CloseCause.DISCONNECTED)).isEqualTo(closed);
        worker.end();
        fixture.awaitNothingLeft();
    }

    @Test
    void banEndsByItselfOrWhenItIsLifted() {
        ban("short", Duration.ofSeconds(10), "");
        ban("long", HOUR, "");

        fixture.time().advance(Duration.ofSeconds(9));
        assertThat(reason(fixture.worker().register("short"))).contains("banned");
        fixture.time().advance(Duration.ofSeconds(1));

        assertThat(fixture.worker().register("short")).isEqualTo(ACCEPTED);
        assertThat(fixture.bans().inForce()).extracting(Ban::identity).containsExactly("long");
        assertThat(fixture.bans().unban("short", BY)).isFalse();
        assertThat(fixture.bans().unban("long", BY)).isTrue();
        assertThat(fixture.bans().unban("long", BY)).isFalse();
        assertThat(fixture.worker().register("long")).isEqualTo(ACCEPTED);
        assertThat(fixture.bans().inForce()).isEmpty();
    }

    @Test
    void laterBanOfAnIdentityReplacesTheEarlier() {
        ban("banned", HOUR, "first");
        ban("banned", Duration.ofSeconds(1), "second");

        assertThat(fixture.bans().inForce()).extracting(Ban::reason).containsExactly("second");
        fixture.time().advance(Duration.ofSeconds(1));
        assertThat(fixture.worker().register("banned")).isEqualTo(ACCEPTED);
    }

    @Test
    void onlySoManyIdentitiesAreBannedAtOnce() {
        ban("short", Duration.ofSeconds(1), "");
        for (int i = 1; i < Bans.MAX; i++) {
            ban("banned-" + i, HOUR, "");
        }
        assertThatIllegalStateException()
                .isThrownBy(() -> ban("one more", HOUR, ""))
                .withMessageContaining("1000");
        ban("banned-1", HOUR, "again");
        fixture.time().advance(Duration.ofSeconds(1));

        ban("one more", HOUR, "");

        assertThat(fixture.bans().inForce()).hasSize(Bans.MAX);
    }

    @Test
    void argumentsThatAreNotAllowedAreNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ban("banned", Duration.ZERO, ""))
                .withMessageStartingWith("duration ");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ban("banned", Bans.MAX_DURATION.plusNanos(1), ""))
                .withMessageStartingWith("duration ");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ban("x".repeat(993), HOUR, ""))
                .withMessageStartingWith("identity ");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ban("unpaired \uD83D", HOUR, ""))
                .withMessageStartingWith("identity ");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ban("banned", HOUR, "x".repeat(201)))
                .withMessageStartingWith("reason ");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ban("banned", HOUR, "two\nlines"))
                .withMessageStartingWith("reason ");
        assertThat(fixture.bans().inForce()).isEmpty();
    }

    private void ban(String identity, Duration duration, String reason) {
        Ban _ = fixture.bans().ban(identity, duration, reason, false, BY);
    }

    private static String reason(Decision decision) {
        assertThat(decision).isInstanceOf(Decision.Rejected.class);
        return ((Decision.Rejected) decision).reason();
    }
}
