package dev.frontdoor.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.marcnuri.helm.LintResult;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The chart as a whole: Helm takes it, and every rendered object is what the cluster's API knows.
 */
class ChartTests {

    static Stream<Path> examples() {
        return Chart.examples().stream();
    }

    @Test
    void podsResolveNamesAsTheValuesSay() {
        Manifest deployment =
                Chart.render(
                                """
                                dnsPolicy: None
                                dnsConfig: {nameservers: [10.0.0.10]}
                                hostAliases: [{ip: 10.0.0.1, hostnames: [billing]}]
                                """)
                        .only("Deployment");

        assertThat(deployment.text("spec/template/spec/dnsPolicy")).isEqualTo("None");
        assertThat(deployment.text("spec/template/spec/dnsConfig/nameservers/0"))
                .isEqualTo("10.0.0.10");
        assertThat(deployment.text("spec/template/spec/hostAliases/0/hostnames/0"))
                .isEqualTo("billing");
    }

    @Test
    void jarsMayBeInADirectoryOfTheirImage() {
        assertThat(
                        Chart.render(
                                        """
                                        notifiers:
                                          - name: billing
                                            beans: [billing]
                                            image: {repository: a, tag: b, subPath: jars}
                                        """)
                                .only("Deployment")
                                .list("spec/template/spec/containers/0/volumeMounts"))
                .filteredOn(mount -> mount.text("mountPath").equals("/app/notifiers/billing"))
                .singleElement()
                .extracting(mount -> mount.text("subPath"))
                .isEqualTo("jars");
    }

    @Test
    void lintFindsNothing() {
        LintResult result = Chart.helm().lint().strict().call();

        assertThat(result.isFailed()).as("%s", result.getMessages()).isFalse();
        assertThat(result.getMessages()).noneMatch(message -> message.contains("WARNING"));
    }

    @Test
    void packagesIntoOneArchive(@TempDir Path folder) throws IOException {
        Chart.helm().packageIt().withDestination(folder).call();

        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).singleElement().asString().endsWith(".tgz");
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void everyRenderedObjectFitsItsModel(Path values) {
        Rendered rendered = Chart.render(values);

        assertThat(rendered.objects()).isNotEmpty();
        assertThat(rendered.objects())
                .allSatisfy(object -> assertThat(Models.faults(object)).as("%s", object).isEmpty());
    }

    @ParameterizedTest
    @MethodSource("examples")
    void noTwoObjectsShareKindAndName(Path values) {
        assertThat(Chart.render(values).names()).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void everyMountedVolumeExistsAndEveryVolumeIsMounted(Path values) {
        for (Manifest pod : Chart.render(values).pods()) {
            List<Manifest> containers = new ArrayList<>(pod.list("spec/containers"));
            containers.addAll(pod.list("spec/initContainers"));
            assertThat(
                            containers.stream()
                                    .flatMap(container -> container.list("volumeMounts").stream())
                                    .map(mount -> mount.text("name"))
                                    .distinct())
                    .containsExactlyInAnyOrderElementsOf(
                            pod.list("spec/volumes").stream()
                                    .map(volume -> volume.text("name"))
                                    .toList());
        }
    }

    @Test
    void bothServicesSelectThePodsAndNothingElse() {
        Rendered rendered = Chart.render(Chart.NO_VALUES);
        Map<?, ?> pod = (Map<?, ?>) rendered.only("Deployment").at("spec/template/metadata/labels");
        Map<?, ?> test = (Map<?, ?>) rendered.only("Pod").at("metadata/labels");

        assertThat(rendered.all("Service")).hasSize(2);
        assertThat(rendered.all("Service"))
                .allSatisfy(service -> {
                    Map<?, ?> selector = (Map<?, ?>) service.at("spec/selector");
                    assertThat(pod.entrySet().containsAll(selector.entrySet())).isTrue();
                    assertThat(test.entrySet().containsAll(selector.entrySet())).isFalse();
                });
    }

    @Test
    void theTestIsRunByHelmTestAndNeverInstalled() {
        assertThat(Chart.text("templates/tests/register-worker.yaml"))
                .contains("\"helm.sh/hook\" \"test\"");
        assertThat(Chart.render(Chart.NO_VALUES).only("Pod").at("metadata/annotations/was-hook"))
                .isEqualTo("test");
    }

    @Test
    void managementIsNotReachableThroughTheWorkersService() {
        Rendered rendered = Chart.render("{service: {type: LoadBalancer}}");

        Manifest workers = rendered.named("Service", Chart.FULL_NAME);
        assertThat(workers.list("spec/ports")).hasSize(1);
        assertThat(workers.text("spec/ports/0/targetPort")).isEqualTo("workers");
        Manifest management = rendered.named("Service", Chart.FULL_NAME + "-management");
        assertThat(management.text("spec/clusterIP")).isEqualTo("None");
        assertThat(management.at("spec/publishNotReadyAddresses")).isEqualTo(true);
    }

    @Test
    void aChangedSettingReplacesThePodsAndANewChartVersionAloneDoesNot() {
        String checksum = "spec/template/metadata/annotations/checksum~config";
        Manifest plain = Chart.render(Chart.NO_VALUES).only("Deployment");
        Manifest changed =
                Chart.render("{config: {frontdoor: {departures: {size: 5}}}}").only("Deployment");
        Manifest options = Chart.render("{jvm: {options: [-Xlog:gc]}}").only("Deployment");

        assertThat(List.of(plain.text(checksum), changed.text(checksum), options.text(checksum)))
                .doesNotHaveDuplicates();
        assertThat(Chart.map(plain.at("spec/template/metadata/labels")))
                .doesNotContainKeys("helm.sh/chart", "app.kubernetes.io/version");
    }

    /** Every toggle is turned by an example, so that both of its sides are rendered. */
    @Test
    void theExamplesTurnEveryToggleBothWays() throws IOException {
        Map<String, Set<Object>> seen = new HashMap<>();
        Map<String, Object> defaults = Chart.parse(Chart.text("values.yaml"));
        collect("", defaults, seen);
        for (Path example : Chart.examples()) {
            collect("", Chart.parse(Files.readString(example)), seen);
        }
        List<String> toggles = new ArrayList<>();
        Map<String, Set<Object>> own = new HashMap<>();
        collect("", defaults, own);
        own.keySet().stream().filter(key -> key.endsWith("abled")).forEach(toggles::add);

        assertThat(toggles).hasSizeGreaterThan(10);
        assertThat(toggles).allSatisfy(key -> assertThat(seen.get(key)).as(key).hasSize(2));
    }

    private static void collect(
            String prefix, Map<String, Object> values, Map<String, Set<Object>> into) {
        values.forEach((key, value) -> {
            String name = prefix.isEmpty() ? key : prefix + "." + key;
            if (value instanceof Map<?, ?>) {
                collect(name, Chart.map(value), into);
            } else if (value instanceof Boolean) {
                into.computeIfAbsent(name, _ -> new HashSet<>()).add(value);
            }
        });
    }
}
