package dev.frontdoor.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;

/** Every command in a document, and in the comments of the examples, can be run as it stands. */
class DocumentedCommandsTests {

    @Test
    void everyCommandNamesOnlyWhatExists() {
        List<Command> found = new ArrayList<>(Command.inComments());
        Document.all().forEach(document -> found.addAll(Command.in(document)));

        assertThat(found)
                .allSatisfy(command ->
                        assertThat(CommandCheck.problems(command)).as("%s", command).isEmpty());
        assertThat(found).hasSizeGreaterThan(50);
        for (String tool : List.of("mvn", "java", "helm", "docker", "buildah", "curl")) {
            assertThat(found).extracting(Command::tool).contains(tool);
        }
    }

    @Test
    void theCommentsOfTheExamplesAndOfTheDockerfileHoldCommands() {
        assertThat(Command.inComments())
                .extracting(Command::toString)
                .contains(
                        "helm install front helm/worker-front-door"
                                + " -f examples/kubernetes/one-team-values.yaml",
                        "./build-image.sh worker-front-door");
    }

    @Test
    void commandsAreFoundInScriptsConsolesAndSpans() {
        Document document =
                Document.planted(
                        """
                        `mvn verify`, `one two`, `mvn`

                        ```sh
                        # a comment
                        base=$(buildah from scratch)
                        helm install \\
                          --set "a=b c"   # another
                        ```

                        ```console
                        $ java x.java &
                        output
                        $ curl a | grep 'b c' && cp d e
                        ```

                        ```json
                        {}
                        ```
                        """);

        assertThat(Command.in(document))
                .extracting(Command::words)
                .containsExactly(
                        List.of("buildah", "from", "scratch"),
                        List.of("helm", "install", "--set", "a=b c"),
                        List.of("java", "x.java"),
                        List.of("curl", "a"),
                        List.of("grep", "b c"),
                        List.of("cp", "d", "e"),
                        List.of("mvn", "verify"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mvm verify",
                "bench/rum.sh quick",
                "mvn verfy",
                "mvn spring-boot:rum",
                "mvn -f examples/notifer/pom.xml verify",
                "mvn test -Dtest=RegistrationServceTests",
                "mvn test -Dtest='dev.frontdoor.deplyo.*Tests'",
                "mvn test -Dtest=FormattingTests -Dfromat=apply",
                "java examples/Wroker.java",
                "java exmples/Worker.java",
                "java examples/Worker.java --identty worker-7",
                "java -jar target/worker-front-door-0.0.9-exec.jar",
                "java -jar worker-front-door-0.2.0-exce.jar",
                "cp examples/notifier/target/banned-notifier-0.0.9.jar notifiers/",
                "docker build -t registry.example.com/worker-front-door:0.0.9 .",
                "docker build --build-arg CG=Serial .",
                "helm install front helm/worker-front-dor",
                "helm install front helm/worker-front-door --set image.registy=x",
                "helm install front helm/worker-front-door -f examples/kubernetes/one-values.yaml"
            })
    void aWrongCommandIsFound(String command) {
        assertThat(Command.inScript(command))
                .singleElement()
                .satisfies(wrong -> assertThat(CommandCheck.problems(wrong)).hasSize(1));
    }
}
