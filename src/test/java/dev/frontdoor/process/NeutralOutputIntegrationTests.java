package dev.frontdoor.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.test.TestWorker;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Locale, time zone, character set and line separator of the machine do not show in what the
 * service puts out.
 */
class NeutralOutputIntegrationTests {

    private static final Pattern LINE =
            Pattern.compile("\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z +[A-Z]+ \\[.*");

    private static final Pattern ASCII = Pattern.compile("\\p{ASCII}*");

    private static final String IDENTITY = "w\u00f6rker-\u0130";

    @TempDir Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-Duser.language=ar -Duser.country=EG",
                "-Duser.language=hi -Duser.country=IN -Duser.extensions=u-nu-deva",
                "-Duser.language=tr -Duser.country=TR"
            })
    void outputIsTheSameEverywhere(String locale) throws Exception {
        ServiceProcess.Builder builder = ServiceProcess.in(directory).environment("LC_ALL", "C");
        List.of(locale.split(" ")).forEach(builder::jvmOption);
        builder.jvmOption("-Duser.timezone=Asia/Kathmandu")
                .jvmOption("-Dfile.encoding=COMPAT")
                .jvmOption("-Dline.separator=\r\n");
        try (EventReceiver receiver = new EventReceiver();
                ServiceProcess service =
                        builder.start(
                                "--frontdoor.webhook.enabled=true",
                                receiver.setting(),
                                "--frontdoor.limits.max-connections-per-address=1")) {
            expectOnTheWire(service);
            expectEvents(receiver);
            expectOnTheManagementPort(service);
            expectInTheLog(service);
        }
    }

    private static void expectOnTheWire(ServiceProcess service) throws Exception {
        try (TestWorker worker = service.worker().connect();
                TestWorker second = service.worker().connect()) {
            assertThat(second.expectClose(4003).reason())
                    .isEqualTo("the limit of 1 connections from one address is reached");
            assertThat(worker.register(TestWorker.registration("x".repeat(993))).rejection())
                    .isEqualTo("identity has 993 bytes of UTF-8; at most 992 are allowed");
            worker.register(TestWorker.registration(IDENTITY));
            worker.sendBytes(new byte[] {0x02, 0, 0, 0, 0, 0, 0, 0, 0, 9});
            assertThat(worker.expectClose(1002).reason()).startsWith("0x0002 ").contains(" 9 ");
        }
    }

    private static void expectEvents(EventReceiver receiver) throws Exception {
        String registered = receiver.text();
        JsonNode event = JsonMapper.shared().readTree(registered);
        assertThat(event.required("subject").stringValue()).isEqualTo("1");
        assertThat(event.required("sequence").stringValue()).isEqualTo("0000000000000000001");
        assertThat(event.required("time").stringValue()).matches("[0-9T:.-]+Z");
        assertThat(event.required("data").required("identity").stringValue()).isEqualTo(IDENTITY);
        expectNeutral(registered);
        expectNeutral(receiver.text());
    }

    private static void expectOnTheManagementPort(ServiceProcess service) throws Exception {
        String departures = service.get("/actuator/departures").body();
        assertThat(departures).contains("\"pid\":1", "\"registeredFor\":\"PT", IDENTITY);
        expectNeutral(departures);
        expectNeutral(service.get("/actuator/registrations").body());
        expectNeutral(service.get("/actuator/notifiers").body());
        expectNeutral(service.get("/actuator/health").body());
        expectNeutral(service.get("/actuator/registrations?limit=1001").body());
        String metrics = service.get("/actuator/prometheus").body();
        assertThat(metrics).contains("reason=\"malformed_payload\"", "le=\"0.005\"").matches(ASCII);
    }

    private static void expectInTheLog(ServiceProcess service) {
        String log = service.log();
        assertThat(log)
                .contains("registration of '" + IDENTITY + "' accepted")
                .containsPattern("worker '" + IDENTITY + "' at [0-9.:]+ disconnected: code 1002,")
                .doesNotContain("\r");
        assertThat(log.lines()).allSatisfy(line -> assertThat(line).matches(LINE));
        expectNeutral(log.replace(IDENTITY, ""));
    }

    /** Expects no digits and no letters of the machine's locale. */
    private static void expectNeutral(String text) {
        assertThat(text.replace(IDENTITY, "")).matches(ASCII).doesNotContain("\r");
    }
}
