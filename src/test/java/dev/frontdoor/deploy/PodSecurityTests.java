package dev.frontdoor.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Every pod of the chart passes the restricted profile of the Pod Security Standards. */
class PodSecurityTests {

    private static final Set<String> VOLUMES =
            Set.of(
                    "configMap",
                    "csi",
                    "downwardAPI",
                    "emptyDir",
                    "ephemeral",
                    "image",
                    "persistentVolumeClaim",
                    "projected",
                    "secret");

    static Stream<Path> examples() {
        return Chart.examples().stream();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void everyPodPassesTheRestrictedProfile(Path values) {
        List<Manifest> pods = Chart.render(values).pods();

        assertThat(pods).isNotEmpty();
        assertThat(pods).allSatisfy(pod -> assertThat(violations(pod)).isEmpty());
    }

    @ParameterizedTest
    @MethodSource("examples")
    void noPodGetsATokenOrTheAddressesOfOtherServices(Path values) {
        assertThat(Chart.render(values).pods())
                .allSatisfy(pod -> {
                    assertThat(pod.at("spec/automountServiceAccountToken")).isEqualTo(false);
                    assertThat(pod.at("spec/enableServiceLinks")).isEqualTo(false);
                });
    }

    @Test
    void theServiceWritesNowhereButUnderTmp() {
        Manifest pod =
                Chart.render(
                                "{notifiers: [{name: a, beans: [a], initImage: {repository: a, tag: b}}]}")
                        .pods()
                        .getFirst();
        Manifest container = pod.list("spec/containers").getFirst();

        assertThat(container.at("securityContext/readOnlyRootFilesystem")).isEqualTo(true);
        assertThat(
                        container.list("volumeMounts").stream()
                                .filter(mount -> mount.at("readOnly") == null)
                                .map(mount -> mount.text("mountPath")))
                .containsExactly("/tmp");
    }

    @Test
    void loosenedValuesAreNoticed() {
        String values =
                """
                podSecurityContext: {runAsNonRoot: null, seccompProfile: null}
                securityContext: {allowPrivilegeEscalation: true, capabilities: {drop: [CHOWN]}}
                extraVolumes: [{name: host, hostPath: {path: /}}]
                tests: {enabled: false}
                """;

        assertThat(violations(Chart.render(values).pods().getFirst()))
                .containsExactlyInAnyOrder(
                        "hostPath volume",
                        "front-door may run as root",
                        "front-door has no seccomp profile",
                        "front-door may gain privileges",
                        "front-door keeps capabilities");
    }

    private static List<String> violations(Manifest pod) {
        List<String> violations = new ArrayList<>();
        for (String host : List.of("hostNetwork", "hostPID", "hostIPC")) {
            if (Boolean.TRUE.equals(pod.at("spec/" + host))) {
                violations.add(host);
            }
        }
        for (Manifest volume : pod.list("spec/volumes")) {
            volume.content().keySet().stream()
                    .filter(kind -> !kind.equals("name") && !VOLUMES.contains(kind))
                    .forEach(kind -> violations.add(kind + " volume"));
        }
        List<Manifest> containers = new ArrayList<>(pod.list("spec/containers"));
        containers.addAll(pod.list("spec/initContainers"));
        for (Manifest container : containers) {
            String name = container.text("name");
            if (!either(pod, container, "runAsNonRoot").equals("true")
                    || either(pod, container, "runAsUser").equals("0")) {
                violations.add(name + " may run as root");
            }
            if (!Set.of("RuntimeDefault", "Localhost")
                    .contains(either(pod, container, "seccompProfile/type"))) {
                violations.add(name + " has no seccomp profile");
            }
            if (!Boolean.FALSE.equals(container.at("securityContext/allowPrivilegeEscalation"))) {
                violations.add(name + " may gain privileges");
            }
            if (!List.of("ALL").equals(container.at("securityContext/capabilities/drop"))
                    || container.at("securityContext/capabilities/add") != null) {
                violations.add(name + " keeps capabilities");
            }
            if (Boolean.TRUE.equals(container.at("securityContext/privileged"))) {
                violations.add(name + " is privileged");
            }
        }
        return violations;
    }

    private static String either(Manifest pod, Manifest container, String field) {
        Object own = container.at("securityContext/" + field);
        return String.valueOf(own != null ? own : pod.at("spec/securityContext/" + field));
    }
}
