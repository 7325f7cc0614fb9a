package dev.frontdoor.actuate.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.EventReader;
import dev.frontdoor.test.server.EventReader.ServerSentEvent;
import dev.frontdoor.test.server.OpenServerTest;
import dev.frontdoor.test.server.ScriptedNotifier;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.TestApplication;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.test.context.TestPropertySource;

/** When a notifier goes down and comes up again, the stream says so. */
@OpenServerTest
@TestPropertySource(
        properties = {
            "frontdoor.notifiers.max-failures-in-a-row=3",
            "frontdoor.notifiers.probe-interval=10ms",
            "frontdoor.management.limits.write-timeout=300ms",
            "frontdoor.management.limits.idle-timeout=300ms"
        })
class NotifierEventsIntegrationTests {

    private final ServerUnderTest server;
    private final ScriptedNotifier firstNotifier;

    NotifierEventsIntegrationTests(
            ServerUnderTest server,
            @Qualifier(TestApplication.FIRST) ScriptedNotifier firstNotifier) {
        this.server = server;
        this.firstNotifier = firstNotifier;
    }

    @Test
    void suspendedNotifierIsDownUntilAProbeSucceeds() throws Exception {
        try (EventReader reader = EventReader.open(server, "");
                TestWorker worker = server.connect()) {
            String failing = server.newIdentity();
            firstNotifier.about(
                    failing,
                    (_, _) -> {
                        throw new IllegalStateException("scripted");
                    });
            for (int i = 0; i < 3; i++) {
                worker.register(TestWorker.registration(failing));
            }
            ServerSentEvent down = reader.next("notifier-down");
            assertThat(down.data().required("notifier").stringValue())
                    .isEqualTo(TestApplication.FIRST);
            assertThat(down.data().required("reason").stringValue())
                    .containsAnyOf("suspended", "all recent calls failed");

            ServerUnderTest.eventually(() ->
                    assertThat(worker.register(TestWorker.registration(server.newIdentity())))
                            .isEqualTo(WorkerRegisterAck.ACCEPTED));
            assertThat(reader.next("notifier-up").data().required("notifier").stringValue())
                    .isEqualTo(TestApplication.FIRST);
        }
        server.expectNobody();
    }
}
