package dev.frontdoor.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.training.TrainingWorkers;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** The image and the chart agree about what is where, and about what the AOT cache depends on. */
class DockerfileTests {

    private static final String DIRECTIVES = "compiler-directives.json";

    private final String dockerfile = read();
    private final List<String> instructions =
            dockerfile.replaceAll("(?m)^#.*\n", "").replace("\\\n", " ").lines().toList();
    private final Manifest pod =
            new Manifest(
                    Chart.map(
                            Chart.render(
                                            "notifiers: [{name: a, beans: [a], image: {repository: a, tag: b}}]")
                                    .only("Deployment")
                                    .at("spec/template")));

    /** The JVM takes a cache only for the class path and the options it was made with. */
    @Test
    void theCacheIsTrainedWithTheOptionsAndTheClassPathItRunsWith() {
        assertThat(only("RUN java"))
                .contains(
                        "java @jvm.options -XX:MaxRAM=1g -XX:AOTCacheOutput=application.aot -jar application.jar");
        assertThat(only("ENTRYPOINT"))
                .contains(
                        "\"-XX:AOTCache=application.aot\", \"-XX:AOTMode=auto\", \"@jvm.options\"")
                .endsWith("\"-jar\", \"application.jar\"]");
    }

    @Test
    void theCacheIsTrainedByAsManyWorkersAsDocumented() throws IOException {
        assertThat(only("RUN java"))
                .contains(
                        "-cp application.jar "
                                + TrainingWorkers.class.getName()
                                + " \"$port\" 8000;");
        assertThat(Files.readString(Path.of("docs/deploy.md"))).contains("lets 8,000 workers");
    }

    /** The JVM would choose Serial for a small pod. */
    @Test
    void theCollectorIsTheSameInPodsOfAllSizes() {
        assertThat(only("RUN mkdir")).contains("-XX:+UseG1GC").contains("> jvm.options");
    }

    /** The JVM does not start if it cannot read the file. */
    @Test
    void theCompilerDirectivesAreInTheImage() throws IOException {
        assertThat(only("RUN mkdir")).contains("-XX:CompilerDirectivesFile=" + DIRECTIVES + " ");
        assertThat(instructions).contains("COPY --chmod=0644 " + DIRECTIVES + " ./");
        assertThat(Files.readAllLines(Path.of(".dockerignore"))).contains("!" + DIRECTIVES);
    }

    /** A class of these would stay slow for as long as the process runs. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ch/qos/logback/core/OutputStreamAppender",
                "com/networknt/schema/Schema",
                "com/nimbusds/jose/JWSVerifier",
                "dev/frontdoor/protocol/Frame",
                "io/micrometer/core/instrument/Timer",
                "io/netty/channel/ChannelHandler",
                "io/prometheus/metrics/expositionformats/TextFormatUtil",
                "java/lang/String",
                "java/lang/invoke/LambdaForm$DMH",
                "java/lang/reflect/Method",
                "java/net/URI",
                "java/security/Signature",
                "java/util/HashMap",
                "java/util/regex/Pattern",
                "java/util/zip/Deflater",
                "javax/crypto/Mac",
                "jdk/internal/reflect/DirectMethodHandleAccessor",
                "org/apache/hc/client5/http/impl/classic/CloseableHttpClient",
                "org/springframework/boot/json/JsonWriter",
                "org/springframework/boot/logging/structured/StructuredLogFormatter",
                "org/springframework/context/i18n/LocaleContext",
                "org/springframework/core/ResolvableType",
                "org/springframework/core/io/buffer/DataBuffer",
                "org/springframework/data/redis/core/RedisTemplate",
                "org/springframework/http/HttpHeaders",
                "org/springframework/security/oauth2/jwt/Jwt",
                "org/springframework/web/client/RestClient",
                "org/springframework/web/reactive/DispatcherHandler",
                "org/springframework/util/StringUtils",
                "reactor/core/publisher/Mono",
                "sun/nio/ch/SocketChannelImpl",
                "sun/security/provider/SHA2",
                "sun/security/ssl/SSLEngineImpl",
                "sun/util/locale/BaseLocale",
                "tools/jackson/databind/ObjectMapper"
            })
    void theCompilerDirectivesNameNoClassThatServes(String name) throws IOException {
        assertThat(
                        Pattern.compile("\"([^\"]*)\"")
                                .matcher(Files.readString(Path.of(DIRECTIVES)))
                                .results())
                .extracting(match -> match.group(1))
                .contains("org/springframework/beans/*.*")
                .allMatch(pattern -> pattern.matches("[\\w/$]+\\*?\\.\\*"))
                .extracting(pattern -> pattern.substring(0, pattern.length() - ".*".length()))
                .noneMatch(pattern ->
                        pattern.endsWith("*")
                                ? name.startsWith(pattern.substring(0, pattern.length() - 1))
                                : name.equals(pattern));
    }

    @Test
    void notifierJarsAreOnNoClassPath() {
        assertThat(dockerfile).doesNotContain("CLASSPATH");
        assertThat(pod.list("spec/containers").getFirst().list("env"))
                .extracting(variable -> variable.text("name"))
                .doesNotContain("CLASSPATH");
    }

    @Test
    void eitherBaseMayBePinnedByADigest() {
        assertThat(instructions)
                .contains("FROM ${BUILD_BASE} AS layers", "FROM ${RUN_BASE}")
                .noneMatch(line -> line.matches("FROM [^$].*"));
    }

    /** An argument that differs in each build would otherwise repeat all steps after it. */
    @Test
    void onlyLabelsComeAfterTheArgumentsThatDifferInEachBuild() {
        int first = instructions.indexOf("ARG VERSION=\"\"");

        assertThat(instructions.subList(first, instructions.size()))
                .filteredOn(line -> !line.isBlank())
                .allMatch(line -> line.startsWith("ARG ") || line.startsWith("LABEL "));
        assertThat(only("LABEL"))
                .contains(
                        "image.source=\"${SOURCE}\"",
                        "image.revision=\"${REVISION}\"",
                        "image.created=\"${CREATED}\"",
                        "image.version=\"${VERSION}\"",
                        "image.base.name=\"${RUN_BASE}\"");
    }

    @Test
    void dependenciesAndApplicationHaveLayersOfTheirOwn() {
        assertThat(instructions)
                .containsSubsequence(
                        "COPY --from=layers /layers/dependencies/ ./",
                        "COPY --from=layers /layers/application/ ./");
    }

    @Test
    void theUserIsANumberAndTheChartsOwn() {
        assertThat(only("USER"))
                .isEqualTo(
                        "USER %s:%s"
                                .formatted(
                                        pod.text("spec/securityContext/runAsUser"),
                                        pod.text("spec/securityContext/runAsGroup")));
    }

    @Test
    void portsAndFoldersAreThoseOfTheChart() {
        Manifest container = pod.list("spec/containers").getFirst();

        assertThat(only("EXPOSE"))
                .isEqualTo(
                        "EXPOSE %s %s"
                                .formatted(
                                        container.text("ports/0/containerPort"),
                                        container.text("ports/1/containerPort")));
        assertThat(instructions).contains("WORKDIR /app");
        assertThat(container.list("volumeMounts"))
                .extracting(mount -> mount.text("mountPath"))
                .contains("/app/config", "/app/jvm", "/app/notifiers/a");
        assertThat(only("RUN mkdir")).contains("mkdir -p notifiers jvm config");
    }

    @Test
    void theClusterAsksForHealthAndTheImageDoesNot() {
        assertThat(instructions).noneMatch(line -> line.startsWith("HEALTHCHECK"));
    }

    private String only(String start) {
        List<String> found = instructions.stream().filter(line -> line.startsWith(start)).toList();
        assertThat(found).as(start).hasSize(1);
        return found.getFirst();
    }

    private static String read() {
        try {
            return Files.readString(Path.of("Dockerfile"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
