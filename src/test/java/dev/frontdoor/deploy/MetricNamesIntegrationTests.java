package dev.frontdoor.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.FrontDoorApplication;
import dev.frontdoor.notifier.ConnectionNotifier;
import dev.frontdoor.notifier.WorkerFilter;
import dev.frontdoor.notifier.Workers;
import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.TestKeys;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Every metric in an alert, the dashboard or a document is there when Prometheus scrapes. */
@SpringBootTest(
        classes = FrontDoorApplication.class,
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "management.server.port=0",
            "frontdoor.limits.max-event-loop-lag=0s",
            "frontdoor.group-gauges.by=taskQueue",
            "frontdoor.webhook.enabled=true",
            "frontdoor.webhook.url=http://localhost:9/",
            "frontdoor.notifiers.beans.webhook.enabled=false",
            "frontdoor.directory.enabled=true",
            "spring.data.redis.port=9"
        })
@Import(MetricNamesIntegrationTests.Notifiers.class)
@Timeout(60)
class MetricNamesIntegrationTests {

    /** Made by Prometheus itself. */
    private static final Set<String> PROMETHEUS = Set.of("up");

    private static final Pattern SAMPLE =
            Pattern.compile("(?m)^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)\\})? \\S+$");
    private static final Pattern LABEL = Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"");

    /** A metric of the service, of the JVM or of Spring Boot in a document. */
    private static final Pattern DOCUMENTED =
            Pattern.compile(
                    "(?<![\\w/.])((?:frontdoor|jvm|process|http_server)_[a-z_]*[a-z])(?![\\w(])");

    private static final TestKeys KEYS = TestKeys.generate();

    private static final SettingsMetadata SETTINGS = new SettingsMetadata();

    private final int port;
    private final int managementPort;
    private final Workers workers;
    private final Map<String, Set<String>> scraped = new TreeMap<>();

    MetricNamesIntegrationTests(
            @LocalServerPort int port,
            @LocalManagementPort int managementPort,
            @Autowired Workers workers) {
        this.port = port;
        this.managementPort = managementPort;
        this.workers = workers;
    }

    @DynamicPropertySource
    static void anSslBundle(DynamicPropertyRegistry settings) {
        String keys = "spring.ssl.bundle.jks.measured.keystore.";
        settings.add(keys + "location", () -> KEYS.store().toString());
        settings.add(keys + "password", () -> TestKeys.PASSWORD);
    }

    /** A worker comes, is pushed to and goes, so that what is counted has been counted once. */
    @BeforeEach
    void aServiceThatHasSeenAWorkerIsScraped() throws Exception {
        URI uri = URI.create("ws://localhost:" + port + "/liminal");
        try (TestWorker worker = TestWorker.connect(uri)) {
            worker.replyToPushes(payload -> payload);
            worker.register(TestWorker.registration("measured"));
            long pid = workers.list(WorkerFilter.ALL).getFirst().pid();
            assertThat(
                            workers.push(pid, new byte[] {1}, Duration.ofSeconds(10))
                                    .get(10, TimeUnit.SECONDS))
                    .containsExactly(1);
            worker.disconnect();
            worker.expectClose(1000);
        }
        System.gc();
        Matcher samples = SAMPLE.matcher(scrape());
        while (samples.find()) {
            Set<String> labels = scraped.computeIfAbsent(samples.group(1), _ -> new TreeSet<>());
            Matcher names = LABEL.matcher(samples.group(2) == null ? "" : samples.group(2));
            while (names.find()) {
                labels.add(names.group(1));
            }
        }
        assertThat(scraped).isNotEmpty();
    }

    private String scrape() throws Exception {
        URI uri = URI.create("http://localhost:%d/actuator/prometheus".formatted(managementPort));
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
        }
    }

    @Test
    void everyMetricOfAnAlertIsScraped() {
        assertThat(missing(Queries.ofAlerts())).isEmpty();
    }

    @Test
    void everyMetricOfTheDashboardIsScraped() {
        assertThat(missing(Queries.ofDashboard())).isEmpty();
    }

    @Test
    void everyLabelThatIsAskedForIsOnItsMetric() {
        List<String> queries = new ArrayList<>(Queries.ofAlerts());
        queries.addAll(Queries.ofDashboard());

        assertThat(queries)
                .allSatisfy(query -> {
                    Queries.labels(query)
                            .forEach((metric, labels) ->
                                    assertThat(scraped.getOrDefault(metric, Set.of()))
                                            .as(metric)
                                            .containsAll(labels));
                    Set<String> all = new TreeSet<>();
                    Queries.metrics(query)
                            .forEach(metric -> all.addAll(scraped.getOrDefault(metric, Set.of())));
                    assertThat(all).as(query).containsAll(Queries.groupings(query));
                });
    }

    /** Each notifier multiplies them, and a Prometheus server has to keep them all. */
    @Test
    void aPlainNotifierHasAFewSeries() throws Exception {
        assertThat(scrape().lines().filter(line -> line.contains("notifier=\"everybody\"")))
                .hasSizeBetween(100, 180);
    }

    @Test
    void autoscalersAskForAMetricThatIsScraped() {
        Manifest autoscaler =
                Chart.render("autoscaling: {enabled: true}").only("HorizontalPodAutoscaler");
        Manifest scaled =
                Chart.render("keda: {enabled: true, serverAddress: a}").only("ScaledObject");

        assertThat(scraped).containsKey(autoscaler.text("spec/metrics/0/pods/metric/name"));
        assertThat(missing(List.of(scaled.text("spec/triggers/0/metadata/query")))).isEmpty();
    }

    @Test
    void everyMetricInADocumentIsScraped() {
        Set<String> found = new TreeSet<>();
        for (Document document : Document.all()) {
            found.addAll(documented(document));
            assertThat(unknown(document)).as("%s", document.path()).isEmpty();
        }

        assertThat(found).hasSizeGreaterThan(15);
    }

    @Test
    void everyMetricOfTheServiceIsInOperationsMd() {
        Document operations =
                Document.all().stream()
                        .filter(document -> document.path().endsWith("operations.md"))
                        .findFirst()
                        .orElseThrow();
        Set<String> service =
                scraped.keySet().stream()
                        .filter(name -> name.startsWith("frontdoor_"))
                        .map(MetricNamesIntegrationTests::withoutSuffix)
                        .collect(Collectors.toCollection(TreeSet::new));

        assertThat(documented(operations)).containsAll(service);
    }

    @Test
    void aWrongMetricIsFound() {
        Document document =
                Document.planted(
                        """
                        `frontdoor_connections{state="connected"}` `frontdoor_connections{stat="x"}`
                        `frontdoor_conections` `jvm_memory_used_bytes` `jvm_memory_use_bytes`
                        `frontdoor.notifier.calls` `frontdoor.notifier.cals` `frontdoor.path`
                        `frontdoor_registrations_seconds` `frontdoor_...`
                        `frontdoor_connections_opened` `frontdoor.connections.opened`
                        """);

        assertThat(unknown(document))
                .containsExactlyInAnyOrder(
                        "frontdoor_connections stat",
                        "frontdoor_conections",
                        "jvm_memory_use_bytes",
                        "frontdoor.notifier.cals",
                        "frontdoor_connections_opened");
    }

    /** The metrics that a document names: as Prometheus names them, or with dots. */
    private static Set<String> documented(Document document) {
        Set<String> names = new TreeSet<>();
        for (String code : document.code()) {
            DOCUMENTED.matcher(code).results().forEach(name -> names.add(name.group(1)));
        }
        for (String setting : DocumentedSettings.settings(document)) {
            // A property with a hyphen is no meter; SettingNamesTests finds a wrong one.
            if (setting.startsWith("frontdoor.")
                    && !setting.contains("-")
                    && !SETTINGS.isKnown(setting)
                    && !SETTINGS.wasKnown(setting)) {
                names.add(setting);
            }
        }
        return names;
    }

    /** The metrics of a document that are not scraped, and the labels that they do not have. */
    private Set<String> unknown(Document document) {
        Set<String> unknown = new TreeSet<>(documented(document));
        unknown.removeIf(name -> !samples(name).isEmpty());
        for (String code : document.code()) {
            Queries.labels(code)
                    .forEach((metric, labels) ->
                            samples(metric)
                                    .forEach(sample ->
                                            labels.stream()
                                                    .filter(label ->
                                                            !scraped.get(sample).contains(label))
                                                    .forEach(label ->
                                                            unknown.add(metric + " " + label))));
        }
        return unknown;
    }

    /** The samples of a metric: with dots, it has no suffix for its unit or its kind. */
    private List<String> samples(String name) {
        String plain = name.replace('.', '_');
        Set<String> names =
                name.equals(plain)
                        ? Set.of(name)
                        : Set.of(plain, plain + "_total", plain + "_seconds");
        return scraped.keySet().stream()
                .filter(sample -> names.contains(sample) || names.contains(withoutSuffix(sample)))
                .toList();
    }

    private static String withoutSuffix(String sample) {
        return sample.replaceFirst("_seconds_(bucket|count|sum|max)$", "_seconds");
    }

    private Set<String> missing(List<String> queries) {
        Set<String> missing = new TreeSet<>();
        queries.forEach(query -> missing.addAll(Queries.metrics(query)));
        missing.removeAll(scraped.keySet());
        missing.removeAll(PROMETHEUS);
        return missing;
    }

    @TestConfiguration
    static class Notifiers {

        @Bean
        ConnectionNotifier everybody() {
            return new ConnectionNotifier() {
                @Override
                public void onWorkerRegistered(long pid, WorkerRegistration registration) {}

                @Override
                public void onWorkerUnregistered(long pid) {}
            };
        }
    }
}
