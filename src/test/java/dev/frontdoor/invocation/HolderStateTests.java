package dev.frontdoor.invocation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.test.Registrations;

import org.junit.jupiter.api.Test;

class HolderStateTests {

    private static final WorkerRegistration ONE = Registrations.of("one").build();
    private static final WorkerRegistration TWO = Registrations.of("two").build();

    private final HolderState state = new HolderState();

    @Test
    void onlyTheFirstRegistrationMakesAHolder() {
        assertThat(state.isHolder()).isFalse();
        assertThat(state.registrationKind()).isEqualTo(CallKind.REGISTERED);

        assertThat(state.onAccepted(ONE, true, 0)).isTrue();
        assertThat(state.registrationKind()).isEqualTo(CallKind.REPLACED);
        assertThat(state.onAccepted(TWO, true, 0)).isFalse();
        assertThat(state.isHolder()).isTrue();
    }

    @Test
    void anEndDoesNotPostponeACorrectionThatIsDue() {
        state.onAccepted(ONE, false, 5);

        state.release(9);

        assertThat(state.correctionDue()).isEqualTo(5);
    }

    @Test
    void anEndMakesACorrectionDue() {
        state.onAccepted(ONE, true, 5);

        state.release(9);

        assertThat(state.needsCorrection()).isTrue();
        assertThat(state.correctionDue()).isEqualTo(9);
    }

    @Test
    void aRestoreIsGivenUpOnceAndOnlyAnEndCuresThat() {
        state.onAccepted(ONE, true, 0);
        state.confirm();
        state.onAccepted(TWO, true, 0);
        assertThat(state.undo(0)).isSameAs(ONE);

        assertThat(state.giveUpRestore(TWO)).isFalse();
        assertThat(state.giveUpRestore(ONE)).isTrue();
        assertThat(state.needsCorrection()).isFalse();
        assertThat(state.giveUpRestore(ONE)).isFalse();

        state.release(0);
        assertThat(state.needsCorrection()).isTrue();
    }

    @Test
    void undoReturnsToTheRegistrationThatWasReplaced() {
        state.onAccepted(ONE, true, 0);
        state.confirm();
        state.onAccepted(TWO, true, 0);

        assertThat(state.undo(0)).isSameAs(ONE);
        assertThat(state.needsCorrection()).isTrue();
    }

    @Test
    void registrationThatWasReplacedIsNotKeptOnceTheNewOneIsInForce() {
        state.onAccepted(ONE, true, 0);
        state.confirm();
        state.onAccepted(TWO, true, 0);
        state.confirm();

        assertThat(state.isInSync()).isTrue();
        assertThat(state.undo(0)).isNull();
    }
}
