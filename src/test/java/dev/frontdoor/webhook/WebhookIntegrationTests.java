package dev.frontdoor.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.FrontDoorApplication;
import dev.frontdoor.notifier.DisplayText;
import dev.frontdoor.protocol.Frame;
import dev.frontdoor.test.HttpResponse;
import dev.frontdoor.test.Registrations;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.HttpSocket;
import dev.frontdoor.test.server.Requests;
import dev.frontdoor.webhook.TestReceiver.Request;

import io.micrometer.core.instrument.MeterRegistry;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.net.URI;
import java.util.List;

/** The whole service, a worker on the wire and a receiver that decides. */
class WebhookIntegrationTests {

    private TestReceiver receiver;
    private ConfigurableApplicationContext service;
    private URI server;

    @BeforeEach
    void start() throws Exception {
        receiver = new TestReceiver();
        service =
                SpringApplication.run(
                        FrontDoorApplication.class,
                        "--server.port=0",
                        "--management.server.port=0",
                        "--frontdoor.instance=door-1",
                        "--frontdoor.notifiers.timeout=60s",
                        "--frontdoor.registrations.decision-timeout=90s",
                        "--frontdoor.notifiers.beans.audit.on-failure=ignore",
                        "--frontdoor.audit.enabled=true",
                        "--frontdoor.webhook.enabled=true",
                        "--frontdoor.webhook.url=" + receiver.url(),
                        "--frontdoor.webhook.response-timeout=30s");
        String port = service.getEnvironment().getRequiredProperty("local.server.port");
        server = URI.create("ws://localhost:" + port + "/liminal");
    }

    @AfterEach
    void stop() throws Exception {
        service.close();
        receiver.close();
    }

    @Test
    void theReasonOfARejectionReachesTheWorker() throws Exception {
        receiver.thenAnswer(403, "{\"reason\": \"billing is closed\"}");
        try (TestWorker worker = TestWorker.connect(server)) {
            worker.send(registerOf("worker-7"));

            worker.expectRejected("billing is closed");
        }

        Request request = receiver.expect("registered");
        assertThat(request.json().path("source").asString())
                .matches("/worker-front-door/door-1/[0-9a-z]+");
        assertThat(request.json().path("data").path("identity").asString()).isEqualTo("worker-7");
    }

    @Test
    void plantedTextArrivesAsItIsButEscaped() throws Exception {
        String planted = "planted\u202e\u2066\u2028\u061c\u2069";
        String schema = "\"" + planted + "\\n\\u0000\\u001b\u009b\u007f\"";
        String unsafeEnd = "disconnected\u202e";
        try (TestWorker worker = TestWorker.connect(server)) {
            worker.send(
                    new Frame.WorkerRegister(
                            0,
                            Registrations.of(planted)
                                    .namespaces(planted)
                                    .taskQueue(planted)
                                    .node(planted)
                                    .activityTypes(planted)
                                    .activity(planted, schema, schema)
                                    .build()));
            worker.expectAccepted();
            worker.close(4001, unsafeEnd);
        }

        Request registered = receiver.expect("registered");
        JsonNode data = registered.json().path("data");
        assertThat(data.path("identity").asString()).isEqualTo(planted);
        assertThat(data.path("namespaces").path(0).asString()).isEqualTo(planted);
        assertThat(data.path("activities").path(0).path("inputSchemaJson").asString())
                .isEqualTo(schema);
        for (Request request : List.of(registered, receiver.expect("unregistered"))) {
            assertThat(request.body().codePoints()).allMatch(DisplayText::isSafe);
            assertThat(request.headers().values())
                    .allMatch(value -> value.codePoints().allMatch(DisplayText::isSafe));
        }
    }

    @Test
    void anAcceptedWorkersEndReachesTheReceiver() throws Exception {
        try (TestWorker worker = TestWorker.connect(server)) {
            worker.send(registerOf("worker-7"));
            worker.expectAccepted();
            worker.vanish();
        }

        Request registered = receiver.expect("registered");
        assertThat(receiver.expect("unregistered").subject()).isEqualTo(registered.subject());
    }

    @Test
    void aBrokenReceiverIsAFailedNotifierAndNoRejectedWorker() throws Exception {
        int[] statuses = {401, 404, 407, 410, 405};
        try (TestWorker worker = TestWorker.connect(server)) {
            for (int status : statuses) {
                receiver.thenAnswer(status, "{\"reason\": \"nothing of the worker's\"}");
                worker.send(registerOf("worker-7"));

                worker.expectRejected("notifier 'webhook' failed");
                Request _ = receiver.expect("registered");
            }
        }

        JsonNode health = operators("/actuator/health", 503).at("/components/notifiers");
        assertThat(health.path("status").asString()).isEqualTo("DOWN");
        assertThat(health.at("/details/webhook/reason").asString())
                .isEqualTo("all recent calls failed");
        assertThat(health.at("/details/webhook/error").asString())
                .isEqualTo(WebhookException.class.getName());
        JsonNode notifiers = operators("/actuator/notifiers", 200).path("notifiers");
        JsonNode webhook =
                notifiers
                        .valueStream()
                        .filter(notifier -> notifier.path("name").asString().equals("webhook"))
                        .findFirst()
                        .orElseThrow();
        assertThat(webhook.at("/calls/failed").asInt()).isEqualTo(statuses.length);
        assertThat(webhook.at("/calls/rejected").asInt()).isZero();
        assertThat(webhook.at("/lastFailure/error").asString())
                .isEqualTo(WebhookException.class.getName());
    }

    @Test
    void registrationsThatTheReceiverCannotProcessDoNotSuspendTheWebhook() throws Exception {
        int maxFailuresInARow = 20;
        for (int i = 0; i <= maxFailuresInARow; i++) {
            receiver.thenAnswer(413, "");
            try (TestWorker worker = TestWorker.connect(server)) {
                worker.send(registerOf("large"));
                worker.expectRejected("notifier 'webhook' failed");
            }
        }

        try (TestWorker worker = TestWorker.connect(server)) {
            assertThat(worker.register(TestWorker.registration("worker-7")))
                    .isEqualTo(Frame.WorkerRegisterAck.ACCEPTED);
        }
    }

    @Test
    void aReceiverThatDropsTheAnswerFailsTheWorkerAndIsPutRight() throws Exception {
        receiver.then(TestReceiver.raw("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"));
        try (TestWorker worker = TestWorker.connect(server)) {
            worker.send(registerOf("worker-7"));
            worker.expectRejected("notifier 'webhook' failed");

            Request registered = receiver.expect("registered");
            assertThat(receiver.expect("unregistered").subject()).isEqualTo(registered.subject());

            worker.send(registerOf("worker-7"));
            worker.expectAccepted();
        }
    }

    @Test
    void aStopTellsTheReceiverWhatWasQueued() throws Exception {
        receiver.then(TestReceiver.answer(204, "")).thenAnswer(503, "");
        try (TestWorker worker = TestWorker.connect(server)) {
            worker.send(registerOf("worker-7"));
            worker.expectAccepted();
            Request _ = receiver.expect("registered");
            worker.disconnect();
            worker.expectClose(1000);
            Request _ = receiver.expect("unregistered");

            service.close();

            Request _ = receiver.expect("unregistered");
        }
    }

    @Test
    void itsMetersAreThereFromTheStart() {
        MeterRegistry meters = service.getBean(MeterRegistry.class);

        assertThat(meters.get("frontdoor.webhook.deliveries").counters()).hasSize(4);
    }

    private JsonNode operators(String path, int status) throws Exception {
        int port =
                service.getEnvironment()
                        .getRequiredProperty("local.management.port", Integer.class);
        try (HttpSocket socket = HttpSocket.connect(port)) {
            HttpResponse response = socket.send(Requests.get(path)).answer();
            assertThat(response.status()).isEqualTo(status);
            return JsonMapper.shared().readTree(response.body());
        }
    }

    private static Frame registerOf(String identity) {
        return new Frame.WorkerRegister(0, TestWorker.registration(identity));
    }
}
