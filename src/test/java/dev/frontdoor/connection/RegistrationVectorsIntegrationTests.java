package dev.frontdoor.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.protocol.Vectors;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.BothTransports;
import dev.frontdoor.test.server.OpenServerTest;
import dev.frontdoor.test.server.ServerUnderTest;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;

import java.util.HexFormat;
import java.util.List;

/** The recorded registrations, each on a connection of its own. */
@OpenServerTest
@BothTransports
class RegistrationVectorsIntegrationTests {

    /** It has control characters, which this service rejects. */
    private static final String REJECTED = "register-emoji";

    private final ServerUnderTest server;

    RegistrationVectorsIntegrationTests(ServerUnderTest server) {
        this.server = server;
    }

    @AfterEach
    void nobodyIsLeft() {
        server.expectNobody();
    }

    @Test
    void everyRecordedRegistrationIsAcceptedButTheOneWithControlCharacters() throws Exception {
        List<JsonNode> registrations =
                Vectors.read("frames.jsonl").stream()
                        .filter(RegistrationVectorsIntegrationTests::isRegistration)
                        .toList();
        assertThat(registrations)
                .extracting(RegistrationVectorsIntegrationTests::name)
                .contains(REJECTED)
                .hasSizeGreaterThan(1);
        for (JsonNode vector : registrations) {
            try (TestWorker worker = server.connect()) {
                worker.sendBytes(HexFormat.of().parseHex(vector.required("hex").stringValue()));
                assertThat(worker.expect(WorkerRegisterAck.class).rejection())
                        .as(name(vector))
                        .isEqualTo(
                                name(vector).equals(REJECTED)
                                        ? "task queue contains the control character U+0000"
                                        : null);
            }
        }
    }

    private static boolean isRegistration(JsonNode vector) {
        return vector.required("frame").required("type").stringValue().equals("workerRegister");
    }

    private static String name(JsonNode vector) {
        return vector.required("name").stringValue();
    }
}
