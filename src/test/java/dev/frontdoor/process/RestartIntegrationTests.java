package dev.frontdoor.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.test.TestWorker;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Two processes at one place, one after the other, as the containers of one pod. */
class RestartIntegrationTests {

    private static final String PLACE = "front-door-5d9f-x2x1";

    @TempDir Path directory;

    /** The highest sequence of each source and subject, as docs/webhook.md advises receivers. */
    private final Map<List<String>, String> highest = new HashMap<>();

    @Test
    void receiverThatIgnoresLowerSequencesMissesNoEventOfTheNextProcess() throws Exception {
        try (EventReceiver receiver = new EventReceiver()) {
            String first = registerAndStop(receiver, 2);
            String second = registerAndStop(receiver, 1);

            assertThat(first).matches(PLACE + "/[0-9a-z]+");
            assertThat(second).matches(PLACE + "/[0-9a-z]+").isNotEqualTo(first);
        }
    }

    /** Returns the name of the process, which is the same in all that it puts out. */
    private String registerAndStop(EventReceiver receiver, int workers) throws Exception {
        try (ServiceProcess service =
                ServiceProcess.in(directory)
                        .environment("FRONTDOOR_INSTANCE", PLACE)
                        .start(
                                "--frontdoor.webhook.enabled=true",
                                receiver.setting(),
                                "--logging.structured.format.console=ecs")) {
            String name =
                    JsonMapper.shared()
                            .readTree(service.get("/actuator/registrations").body())
                            .required("instance")
                            .stringValue();
            assertThat(service.log().lines().map(JsonMapper.shared()::readTree))
                    .allSatisfy(line ->
                            assertThat(line.required("instance").stringValue()).isEqualTo(name));
            for (int i = 0; i < workers; i++) {
                try (TestWorker worker = service.worker().connect()) {
                    worker.register(TestWorker.registration("worker"));
                    expect("registered", name, receiver.next());
                }
                expect("unregistered", name, receiver.next());
            }
            return name;
        }
    }

    private void expect(String type, String instance, JsonNode event) {
        String source = event.required("source").stringValue();
        String sequence = event.required("sequence").stringValue();
        assertThat(event.required("type").stringValue()).endsWith("." + type);
        assertThat(source).isEqualTo("/worker-front-door/" + instance);
        String earlier =
                highest.put(List.of(source, event.required("subject").stringValue()), sequence);
        assertThat(sequence).isGreaterThan(earlier == null ? "" : earlier);
    }
}
