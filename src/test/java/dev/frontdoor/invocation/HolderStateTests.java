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
