package dev.frontdoor.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.FrontDoorApplication;
import dev.frontdoor.notifier.ConnectionNotifier;
import dev.frontdoor.notifier.WorkerFilter;
import dev.frontdoor.notifier.Workers;
import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.test.TestWorker;

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

/** Whatever an alert or the dashboard asks for is there when Prometheus scrapes the service. */
@SpringBootTest(
        classes = FrontDoorApplication.class,
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = "management.server.port=0")
@Import(MetricNamesIntegrationTests.Notifiers.class)
@Timeout(60)
class MetricNamesIntegrationTests {

    /** Made by Prometheus itself. */
    private static final Set<String> PROMETHEUS = Set.of("up");

    private static final Pattern SAMPLE =
            Pattern.compile("(?m)^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)\\})? \\S+$");
    private static final Pattern LABEL = Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"");

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
        HttpRequest scrape =
                HttpRequest.newBuilder(
                                URI.create(
                                        "http://localhost:%d/actuator/prometheus"
                                                .formatted(managementPort)))
                        .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            Matcher samples = SAMPLE.matcher(client.send(scrape, BodyHandlers.ofString()).body());
            while (samples.find()) {
                Set<String> labels =
                        scraped.computeIfAbsent(samples.group(1), _ -> new TreeSet<>());
                Matcher names = LABEL.matcher(samples.group(2) == null ? "" : samples.group(2));
                while (names.find()) {
                    labels.add(names.group(1));
                }
            }
        }
        assertThat(scraped).isNotEmpty();
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

    @Test
    void autoscalersAskForAMetricThatIsScraped() {
        Chart.Manifest autoscaler =
                Chart.render("autoscaling: {enabled: true}").only("HorizontalPodAutoscaler");
        Chart.Manifest scaled =
                Chart.render("keda: {enabled: true, serverAddress: a}").only("ScaledObject");

        assertThat(scraped).containsKey(autoscaler.text("spec/metrics/0/pods/metric/name"));
        assertThat(missing(List.of(scaled.text("spec/triggers/0/metadata/query")))).isEmpty();
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
