package dev.frontdoor.invocation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.invocation.CallResult.Accepted;
import dev.frontdoor.invocation.CallResult.Declined;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CallResultTests {

    @ParameterizedTest
    @EnumSource(value = CallKind.class, mode = EnumSource.Mode.EXCLUDE, names = "PUBLISHED")
    void aNotifierThatDoesNotTakeARegistrationPassesIt(CallKind kind) {
        assertThat(new Declined().outcome(kind)).isEqualTo(CallOutcome.PASSED);
        assertThat(new Accepted().outcome(kind)).isEqualTo(CallOutcome.RETURNED);
    }

    @ParameterizedTest
    @EnumSource(value = CallKind.class, names = "PUBLISHED")
    void aNotifierThatDoesNotConsumeAPublicationHasSeenIt(CallKind kind) {
        assertThat(new Declined().outcome(kind)).isEqualTo(CallOutcome.RETURNED);
    }
}
