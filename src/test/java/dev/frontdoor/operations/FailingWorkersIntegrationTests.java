package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.BothTransports;
import dev.frontdoor.test.server.ScriptedNotifier;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.TestApplication;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;

import java.io.IOException;

/** Workers of one address whose registrations make a notifier fail, and all the others. */
@FrontDoorTest({
    "frontdoor.notifiers.max-failures-in-a-row=8",
    "frontdoor.notifiers.probe-interval=1h"
})
@BothTransports
class FailingWorkersIntegrationTests {

    private static final int ROUNDS = 5;
    private static final int FAILURES = 10;
    private static final String FAILED = "notifier 'first' failed";

    private final ServerUnderTest server;
    private final ScriptedNotifier firstNotifier;

    FailingWorkersIntegrationTests(
            ServerUnderTest server,
            @Qualifier(TestApplication.FIRST) ScriptedNotifier firstNotifier) {
        this.server = server;
        this.firstNotifier = firstNotifier;
    }

    @AfterEach
    void nobodyIsLeft() {
        server.expectNobody();
    }

    @Test
    void notifierIsSuspendedForTheAddressTheyComeFromAndForNobodyElse() throws Exception {
        String attacker = server.newAddress();
        String identity = server.newIdentity();
        firstNotifier.about(
                identity,
                (_, _) -> {
                    throw new IllegalStateException("scripted");
                });
        assertThat(register(attacker, identity).rejection()).isEqualTo(FAILED);
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < FAILURES; i++) {
                assertThat(register(attacker, identity).accepted()).isFalse();
            }
            assertThat(register(server.newAddress(), server.newIdentity()))
                    .isEqualTo(WorkerRegisterAck.ACCEPTED);
        }
        assertThat(register(attacker, identity).rejection())
                .startsWith("notifier 'first' is suspended after repeated failures; retry in ");
    }

    private WorkerRegisterAck register(String address, String identity) throws IOException {
        try (TestWorker worker = server.worker().from(address).connect()) {
            return worker.register(TestWorker.registration(identity));
        }
    }
}
