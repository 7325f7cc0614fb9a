package dev.frontdoor.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.notifier.RegistrationRejectedException;
import dev.frontdoor.protocol.Bytes;
import dev.frontdoor.protocol.Frame.Unknown;
import dev.frontdoor.protocol.FrameType;
import dev.frontdoor.registration.CloseCause;
import dev.frontdoor.test.Registrations;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.OpenServerTest;
import dev.frontdoor.test.server.Requests;
import dev.frontdoor.test.server.ScriptedNotifier;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.TestApplication;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.SpringBootVersion;

import tools.jackson.databind.JsonNode;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The endpoints of notifiers, health and metrics. */
@OpenServerTest
class OperatorsIntegrationTests {

    private static final Pattern SAMPLE = Pattern.compile("(\\w+?)(?:\\{(.*)})? (\\S+)");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");

    private final ServerUnderTest server;
    private final ScriptedNotifier firstNotifier;
    private final ScriptedNotifier secondNotifier;

    OperatorsIntegrationTests(
            ServerUnderTest server,
            @Qualifier(TestApplication.FIRST) ScriptedNotifier firstNotifier,
            @Qualifier(TestApplication.SECOND) ScriptedNotifier secondNotifier) {
        this.server = server;
        this.firstNotifier = firstNotifier;
        this.secondNotifier = secondNotifier;
    }

    @AfterEach
    void nobodyIsLeft() {
        server.expectNobody();
    }

    @Test
    void notifiersAreToldInCallOrderWithTheirSettings() throws Exception {
        JsonNode notifiers = server.read("/actuator/notifiers").required("notifiers");

        assertThat(notifiers.size()).isEqualTo(2);
        assertThat(notifiers.required(0).required("name").stringValue()).isEqualTo("first");
        assertThat(notifiers.required(1).required("name").stringValue()).isEqualTo("second");
        JsonNode first = notifiers.required(0);
        assertThat(first.propertyNames())
                .containsExactly(
                        "name",
                        "type",
                        "timeout",
                        "maxConcurrentCalls",
                        "maxConcurrentPublications",
                        "onFailure",
                        "match",
                        "held",
                        "overdue",
                        "suspended",
                        "nextProbe",
                        "calls",
                        "latencies",
                        "lastFailure");
        assertThat(first.required("type").stringValue())
                .isEqualTo(ScriptedNotifier.class.getName());
        assertThat(first.required("timeout").stringValue()).isEqualTo("PT1M");
        assertThat(first.required("maxConcurrentCalls").intValue()).isEqualTo(64);
        assertThat(first.required("maxConcurrentPublications").intValue()).isEqualTo(64);
        assertThat(first.required("onFailure").stringValue()).isEqualTo("reject");
        assertThat(first.required("match").propertyNames())
                .containsExactly("namespaces", "taskQueues", "nodes", "activityTypes");
        assertThat(first.required("calls").propertyNames())
                .containsExactly("returned", "passed", "rejected", "failed", "timeout", "late");
    }

    @Test
    void notifierTellsWhatItHoldsAndHowItFailedLast() throws Exception {
        String failing = server.newIdentity();
        String rejected = server.newIdentity();
        secondNotifier.about(
                failing,
                (_, _) -> {
                    throw new IllegalStateException("secret");
                });
        secondNotifier.about(
                rejected,
                (_, _) -> {
                    throw new RegistrationRejectedException("no");
                });
        JsonNode before = server.read("/actuator/notifiers").required("notifiers").required(1);
        try (TestWorker _ = server.register(server.newIdentity());
                TestWorker _ = server.register(failing);
                TestWorker _ = server.register(rejected)) {
            JsonNode after = server.read("/actuator/notifiers").required("notifiers").required(1);

            assertThat(after.required("held").intValue()).isEqualTo(1);
            for (String outcome : List.of("returned", "failed", "rejected")) {
                assertThat(after.required("calls").required(outcome).longValue())
                        .isEqualTo(before.required("calls").required(outcome).longValue() + 1);
            }
            JsonNode latency = after.required("latencies").required("registered");
            assertThat(latency.propertyNames()).containsExactly("calls", "median", "p99", "max");
            assertThat(latency.required("calls").intValue()).isGreaterThanOrEqualTo(3);
            for (String quantile : List.of("median", "p99", "max")) {
                assertThat(Duration.parse(latency.required(quantile).stringValue())).isPositive();
            }
            JsonNode failure = after.required("lastFailure");
            assertThat(failure.propertyNames())
                    .containsExactly("at", "callback", "outcome", "error");
            assertThat(failure.required("callback").stringValue()).isEqualTo("registered");
            assertThat(failure.required("outcome").stringValue()).isEqualTo("failed");
            assertThat(failure.required("error").stringValue())
                    .isEqualTo("java.lang.IllegalStateException");
        }
    }

    @Test
    void healthTellsHowFullTheHouseIs() throws Exception {
        try (TestWorker _ = server.register(server.newIdentity());
                TestWorker unregistered = server.connect()) {
            unregistered.expectNothing();
            JsonNode health = server.read("/actuator/health");

            assertThat(health.required("status").stringValue()).isEqualTo("UP");
            JsonNode details = health.required("components").required("frontDoor");
            assertThat(details.required("status").stringValue()).isEqualTo("UP");
            assertThat(details.required("details").required("connections").intValue()).isEqualTo(2);
            assertThat(details.required("details").required("registered").intValue()).isEqualTo(1);
            assertThat(details.required("details").required("limit").intValue()).isPositive();
        }
    }

    @Test
    void readinessAsksTheDoorAndLivenessDoesNot() throws Exception {
        assertThat(server.read("/actuator/health/readiness").required("components").propertyNames())
                .containsExactlyInAnyOrder("readinessState", "frontDoor");
        assertThat(server.read("/actuator/health/liveness").required("components").propertyNames())
                .containsExactlyInAnyOrder("livenessState", "threads");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/actuator",
                "/actuator/health",
                "/actuator/health/liveness",
                "/actuator/prometheus",
                "/actuator/registrations",
                "/actuator/notifiers"
            })
    void operatorsPagesAreNotOnTheWorkersPort(String path) throws Exception {
        try (var http = server.http()) {
            assertThat(http.send(Requests.get(path)).answer().status()).isEqualTo(404);
        }
        assertThat(server.ask(path).status()).isEqualTo(200);
    }

    @Test
    void everyMeterIsThereWithTheseLabelsAndNoOthers() throws Exception {
        Map<String, Set<String>> labels = labels();

        assertThat(labels)
                .containsExactlyInAnyOrderEntriesOf(
                        Map.ofEntries(
                                Map.entry("frontdoor_connections", Set.of("state")),
                                Map.entry("frontdoor_connections_limit", Set.of()),
                                Map.entry("frontdoor_connections_refused_total", Set.of()),
                                Map.entry("frontdoor_management_connections", Set.of()),
                                Map.entry("frontdoor_management_connections_limit", Set.of()),
                                Map.entry(
                                        "frontdoor_management_connections_opened_total", Set.of()),
                                Map.entry(
                                        "frontdoor_management_connections_refused_total",
                                        Set.of("reason")),
                                Map.entry(
                                        "frontdoor_management_requests_refused_total",
                                        Set.of("reason")),
                                Map.entry(
                                        "frontdoor_management_authentications_total",
                                        Set.of("method", "outcome")),
                                Map.entry("frontdoor_management_authentication_keys", Set.of()),
                                Map.entry(
                                        "frontdoor_management_authentication_key_fetches_seconds",
                                        Set.of("outcome")),
                                Map.entry(
                                        "frontdoor_management_authentication_signatures_total",
                                        Set.of()),
                                Map.entry(
                                        "frontdoor_management_authentication_verified_tokens",
                                        Set.of()),
                                Map.entry("frontdoor_tcp_connections", Set.of()),
                                Map.entry("frontdoor_tcp_connections_limit", Set.of()),
                                Map.entry("frontdoor_tcp_connections_opened_total", Set.of()),
                                Map.entry(
                                        "frontdoor_tcp_connections_refused_total",
                                        Set.of("reason")),
                                Map.entry("frontdoor_tcp_entries_refused_total", Set.of("reason")),
                                Map.entry(
                                        "frontdoor_http_connections_closed_total",
                                        Set.of("reason")),
                                Map.entry("frontdoor_budget_used_bytes", Set.of("budget")),
                                Map.entry("frontdoor_budget_limit_bytes", Set.of("budget")),
                                Map.entry(
                                        "frontdoor_build_info",
                                        Set.of("version", "revision", "java", "spring_boot")),
                                Map.entry("frontdoor_direct_memory_used_bytes", Set.of()),
                                Map.entry("frontdoor_direct_memory_max_bytes", Set.of()),
                                Map.entry("frontdoor_draining", Set.of()),
                                Map.entry("frontdoor_log_dropped_total", Set.of()),
                                Map.entry("frontdoor_connections_opened_total", Set.of()),
                                Map.entry("frontdoor_connections_closed_total", Set.of("code")),
                                Map.entry("frontdoor_upgrades_refused_total", Set.of("reason")),
                                Map.entry(
                                        "frontdoor_proxy_headers_refused_total", Set.of("reason")),
                                Map.entry("frontdoor_registrations_seconds", Set.of("outcome")),
                                Map.entry(
                                        "frontdoor_notifier_calls_seconds",
                                        Set.of("notifier", "callback", "outcome")),
                                Map.entry("frontdoor_notifier_held", Set.of("notifier")),
                                Map.entry("frontdoor_frames_received_total", Set.of("type")),
                                Map.entry("frontdoor_frames_refused_total", Set.of("reason")),
                                Map.entry("frontdoor_pushes_seconds", Set.of("outcome")),
                                Map.entry("frontdoor_sends_total", Set.of("outcome")),
                                Map.entry("frontdoor_evictions_total", Set.of("outcome")),
                                Map.entry("frontdoor_evictions_running", Set.of()),
                                Map.entry("frontdoor_bans", Set.of()),
                                Map.entry("frontdoor_pushes_pending", Set.of()),
                                Map.entry("frontdoor_events_streams", Set.of()),
                                Map.entry("frontdoor_events_streams_refused_total", Set.of()),
                                Map.entry(
                                        "frontdoor_authentications_total",
                                        Set.of("method", "outcome")),
                                Map.entry("frontdoor_authentication_tokens", Set.of()),
                                Map.entry("frontdoor_authentication_checks", Set.of("state")),
                                Map.entry("frontdoor_authentication_keys", Set.of()),
                                Map.entry(
                                        "frontdoor_authentication_key_fetches_seconds",
                                        Set.of("outcome")),
                                Map.entry("frontdoor_authentication_signatures_total", Set.of()),
                                Map.entry("frontdoor_authentication_verified_tokens", Set.of())));
    }

    @Test
    void everyValueOfALabelIsThereBeforeItHappens() throws Exception {
        assertThat(values("frontdoor_connections", "state"))
                .containsExactlyInAnyOrder("connected", "registered");
        assertThat(values("frontdoor_registrations_seconds_count", "outcome"))
                .containsExactlyInAnyOrder(
                        "accepted",
                        "rejected",
                        "deferred",
                        "failed",
                        "timeout",
                        "unmatched",
                        "abandoned");
        assertThat(values("frontdoor_pushes_seconds_count", "outcome"))
                .contains("replied", "expired", "disconnected", "refused");
        assertThat(values("frontdoor_connections_closed_total", "code"))
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(
                                        Stream.of(
                                                "1000",
                                                "1001",
                                                "1006",
                                                "1011",
                                                "worker_3xxx",
                                                "worker_4xxx",
                                                "other"),
                                        Stream.of(CloseCause.values())
                                                .map(refusal -> String.valueOf(refusal.code())))
                                .collect(Collectors.toSet()));
        assertThat(values("frontdoor_frames_received_total", "type"))
                .hasSameSizeAs(FrameType.values());
        assertThat(values("frontdoor_notifier_held", "notifier"))
                .containsExactlyInAnyOrder("first", "second");
        assertThat(values("frontdoor_registrations_seconds_bucket", "le"))
                .contains("0.001", "0.1", "10.0", "+Inf");
    }

    @Test
    void nothingAWorkerSaysBecomesALabel() throws Exception {
        Map<String, Set<String>> before = samples();
        String odd = "odd-" + server.newIdentity();
        secondNotifier.about(
                odd,
                (_, registration) -> {
                    throw new RegistrationRejectedException(registration.identity());
                });
        try (TestWorker worker = server.connect()) {
            worker.register(
                    Registrations.of(odd)
                            .namespaces(odd)
                            .taskQueue(odd)
                            .node(odd)
                            .activityTypes(odd)
                            .build());
            worker.send(new Unknown(0x99, 1, 2, Bytes.EMPTY));
            worker.expectNothing();
            worker.close(4321, odd);
            worker.expectClose(1000);
        }
        assertThat(firstNotifier.held()).isEmpty();
        assertThat(samples()).isEqualTo(before);
    }

    @Test
    void everyWorkerRegisterThatIsHandledIsTimedOnce() throws Exception {
        String failing = server.newIdentity();
        secondNotifier.about(
                failing,
                (_, _) -> {
                    throw new IllegalStateException("scripted");
                });
        double frames = server.sum("frontdoor.frames.received", "type", "worker_register");
        double timed = server.sum("frontdoor.registrations");
        try (TestWorker worker = server.register(server.newIdentity());
                TestWorker rejected = server.register(failing)) {
            worker.register(TestWorker.registration(server.newIdentity()));
            rejected.register(TestWorker.registration(failing));
            rejected.register(TestWorker.registration(server.newIdentity()));
        }

        server.expectSum(timed + 5, "frontdoor.registrations");
        server.expectSum(frames + 5, "frontdoor.frames.received", "type", "worker_register");
    }

    @Test
    void memoryOfAReadBufferIsSeen() throws Exception {
        assertThat(server.sum("frontdoor.direct.memory.used")).isPositive();
        assertThat(server.sum("frontdoor.direct.memory.max"))
                .isGreaterThan(server.sum("frontdoor.direct.memory.used"));
    }

    @Test
    void buildInfoNamesTheVersions() throws Exception {
        assertThat(values("frontdoor_build_info", "version"))
                .singleElement()
                .asString()
                .matches("\\d+\\.\\d+\\.\\d+.*");
        assertThat(values("frontdoor_build_info", "java"))
                .containsExactly(Runtime.version().toString());
        assertThat(values("frontdoor_build_info", "spring_boot"))
                .containsExactly(SpringBootVersion.getVersion());
    }

    /** The names of frontdoor's samples, each with its label sets. */
    private Map<String, Set<String>> samples() throws Exception {
        Map<String, Set<String>> samples = new TreeMap<>();
        scrape().forEach(sample ->
                samples.computeIfAbsent(sample.group(1), _ -> new TreeSet<>())
                        .add(String.valueOf(sample.group(2))));
        return samples;
    }

    /** The meters with the names of their labels, without those of histograms. */
    private Map<String, Set<String>> labels() throws Exception {
        Map<String, Set<String>> labels = new TreeMap<>();
        scrape().forEach(sample -> {
            String name = sample.group(1).replaceFirst("_(bucket|count|sum|max)$", "");
            Set<String> ofMeter = labels.computeIfAbsent(name, _ -> new TreeSet<>());
            label(sample)
                    .map(label -> label.group(1))
                    .filter(l -> !l.equals("le"))
                    .forEach(ofMeter::add);
        });
        return labels;
    }

    private Set<String> values(String name, String label) throws Exception {
        return scrape().filter(sample -> sample.group(1).equals(name))
                .flatMap(OperatorsIntegrationTests::label)
                .filter(match -> match.group(1).equals(label))
                .map(match -> match.group(2))
                .collect(Collectors.toSet());
    }

    private Stream<MatchResult> scrape() throws Exception {
        return server.ask("/actuator/prometheus")
                .body()
                .lines()
                .filter(line -> line.startsWith("frontdoor_"))
                .map(SAMPLE::matcher)
                .filter(Matcher::matches)
                .map(Matcher::toMatchResult);
    }

    private static Stream<MatchResult> label(MatchResult sample) {
        String labels = sample.group(2);
        return labels == null ? Stream.of() : LABEL.matcher(labels).results();
    }
}
