package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.test.Registrations;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.BothTransports;
import dev.frontdoor.test.server.ScriptedNotifier;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.TestApplication;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;

/** A service that requires JSON Schemas. */
@BothTransports
@FrontDoorTest("frontdoor.schemas.enabled=true")
class SchemasIntegrationTests {

    private final ServerUnderTest server;
    private final ScriptedNotifier notifier;

    SchemasIntegrationTests(
            ServerUnderTest server, @Qualifier(TestApplication.FIRST) ScriptedNotifier notifier) {
        this.server = server;
        this.notifier = notifier;
    }

    @AfterEach
    void nobodyIsLeft() {
        server.expectNobody();
    }

    @Test
    void workerWithASchemaThatIsNoneIsRejectedBeforeAnyOtherNotifierAndMayTryAgain()
            throws Exception {
        String identity = server.newIdentity();
        notifier.about(
                identity,
                (_, registration) ->
                        assertThat(registration.activities().getFirst().outputSchemaJson())
                                .isEqualTo("{}"));
        try (TestWorker worker = server.connect()) {
            Registrations bad = Registrations.of(identity).activity("a", "true", "{\"type\": 1}");
            assertThat(worker.register(bad.build()).rejection())
                    .startsWith("the output schema of activity 1 is no JSON Schema: /type: ");

            Registrations good = Registrations.of(identity).activity("a", "true", "{}");
            assertThat(worker.register(good.build()).rejection()).isNull();
            server.expectSum(0, "frontdoor.notifier.held", "notifier", "schemas");
        }
    }
}
