package dev.frontdoor.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.test.TestWorker;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The executable jar, unpacked into layers and started as the image does it. */
class ImageIntegrationTests {

    private static final String BILL = "META-INF/sbom/application.cdx.json";

    /** Spring Boot's plugin adds it, and it is no dependency. */
    private static final String TOOLS = "spring-boot-jarmode-tools";

    private static final Pattern LIBRARY =
            Pattern.compile("(.+?)-(\\d[\\w.]*?(?:-(?:alpha|beta|rc)\\d*)?)(-linux-\\w+)?\\.jar");

    private static final String TRAINING_LOG = "training.log";

    private static final String DIRECTIVES = "compiler-directives.json";

    @TempDir Path folder;

    @Test
    void notifiersInTheFoldersOfTheImageAreCalled() throws Exception {
        Path app = unpack();
        NotifierJar.example(folder).writeTo(app.resolve("notifiers/billing/banned.jar"));
        try (ServiceProcess service =
                ServiceProcess.in(app).jar(Path.of("application.jar")).start()) {
            try (TestWorker worker = service.worker().connect()) {
                assertThat(worker.register(TestWorker.registration("banned-7")))
                        .isEqualTo(WorkerRegisterAck.rejected("banned-7 is banned"));
            }
            assertThat(service.log()).contains("notifiers/billing/banned.jar");
        }
    }

    @Test
    void theStartNamesTheTransport() throws Exception {
        try (ServiceProcess service =
                ServiceProcess.in(folder).jvmOption("-Dio.netty.transport.noNative=true").start()) {
            assertThat(service.log()).contains("worker connections use Netty's Nio transport");
        }
    }

    /** The JVM does not start with an option or a file that it does not understand. */
    @Test
    void theJvmStartsWithTheOptionsOfTheImageAndSaysNothingElse() throws Exception {
        Path app = unpack();
        Files.copy(Path.of(DIRECTIVES), app.resolve(DIRECTIVES));
        ServiceProcess.Builder image =
                ServiceProcess.in(app)
                        .jar(Path.of("application.jar"))
                        .small()
                        .environment("LOGGING_STRUCTURED_FORMAT_CONSOLE", "ecs");
        List<String> options = optionsOfTheImage();
        assertThat(options).contains("-XX:CompilerDirectivesFile=" + DIRECTIVES);
        options.forEach(image::jvmOption);

        try (ServiceProcess service = image.start()) {
            assertThat(service.log().lines().filter(line -> !line.startsWith("{")))
                    .containsExactly("1 compiler directives added");
        }
    }

    @Test
    void theBuildStepWritesACacheThatFits() throws Exception {
        Path app = unpackWithOptions();

        expectStatus(0, app, buildStep().replace(" 8000;", " 100;"));
        assertThat(app.resolve(TRAINING_LOG)).doesNotExist();
        ServiceProcess.Builder image =
                ServiceProcess.in(app)
                        .jar(Path.of("application.jar"))
                        .small()
                        .jvmOption("-XX:AOTCache=application.aot")
                        .jvmOption("-XX:AOTMode=on");
        optionsOfTheImage().forEach(image::jvmOption);
        try (ServiceProcess service = image.start();
                TestWorker worker = service.worker().connect()) {
            assertThat(worker.register(TestWorker.registration("w-1")))
                    .isEqualTo(WorkerRegisterAck.ACCEPTED);
        }
    }

    /** The service does not start, or its workers are not served. */
    @ParameterizedTest
    @CsvSource({
        "--server.port=0, --server.port=-1, Application run failed",
        "' 8000;', ' none;', For input string"
    })
    void theBuildStepFailsWithItsTraining(String part, String broken, String why) throws Exception {
        Path app = unpackWithOptions();
        assertThat(buildStep()).contains(part);

        assertThat(expectStatus(1, app, buildStep().replace(part, broken))).contains(why);
    }

    /** The step of the Dockerfile that trains the cache. Its log is a file of this test. */
    private static String buildStep() throws IOException {
        String dockerfile = Files.readString(Path.of("Dockerfile"));
        int start = dockerfile.indexOf("RUN java ");
        return dockerfile
                .substring(start + "RUN ".length(), dockerfile.indexOf("\n\n", start))
                .replace("/tmp/training", TRAINING_LOG);
    }

    /** Runs a script, and returns what it has written. */
    private static String expectStatus(int status, Path directory, String script) throws Exception {
        Path log = directory.resolve("step.log");
        ProcessBuilder builder =
                new ProcessBuilder("sh", "-c", script)
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile());
        Map<String, String> environment = builder.environment();
        environment.put("LOGGING_STRUCTURED_FORMAT_CONSOLE", "ecs");
        Path java = Path.of(System.getProperty("java.home"), "bin");
        environment.merge("PATH", "", (path, _) -> java + ":" + path);
        Process process = builder.start();
        try {
            assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
            String written = Files.readString(log);
            assertThat(process.exitValue()).as(written).isEqualTo(status);
            return written;
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private Path unpackWithOptions() throws IOException, InterruptedException {
        Path app = unpack();
        Files.copy(Path.of(DIRECTIVES), app.resolve(DIRECTIVES));
        Files.write(app.resolve("jvm.options"), optionsOfTheImage());
        return app;
    }

    /** What the Dockerfile writes into the file of options. */
    private static List<String> optionsOfTheImage() throws IOException {
        String dockerfile = Files.readString(Path.of("Dockerfile"));
        int end = dockerfile.indexOf("> jvm.options");
        return Pattern.compile("(?m)^ +(-\\S+) \\\\$")
                .matcher(dockerfile.substring(dockerfile.lastIndexOf("printf", end), end))
                .results()
                .map(option -> option.group(1))
                .toList();
    }

    @Test
    void dependenciesAndApplicationAreSeparateLayers() throws Exception {
        Path layers = extract();

        assertThat(list(layers.resolve("dependencies/lib"))).hasSizeGreaterThan(50);
        assertThat(list(layers.resolve("application"))).containsExactly("application.jar");
    }

    @Test
    void billOfMaterialsAndLicensesAreInTheJarAndNameEachLibrary() throws Exception {
        Path app = unpack();
        try (JarFile jar = new JarFile(app.resolve("application.jar").toFile())) {
            assertThat(jar.getEntry("META-INF/LICENSE")).isNotNull();
            String licenses = text(jar, "META-INF/THIRD-PARTY.md");
            assumeTrue(jar.getEntry(BILL) != null, "Maven was offline, and has made no bill");
            String bill = text(jar, BILL);
            assertThat(licenses).contains(TOOLS);
            assertThat(list(app.resolve("lib")))
                    .filteredOn(library -> !library.startsWith(TOOLS))
                    .hasSizeGreaterThan(80)
                    .allSatisfy(library -> {
                        Matcher parts = LIBRARY.matcher(library);
                        assertThat(parts.matches()).isTrue();
                        assertThat(bill)
                                .contains("/%s@%s?".formatted(parts.group(1), parts.group(2)));
                        assertThat(licenses)
                                .contains(":%s | %s | ".formatted(parts.group(1), parts.group(2)));
                    });
            try (ServiceProcess service =
                    ServiceProcess.in(app).jar(Path.of("application.jar")).start()) {
                assertThat(service.get("/actuator/sbom/application").body()).isEqualTo(bill);
            }
        }
    }

    private static String text(JarFile jar, String entry) throws IOException {
        try (InputStream content = jar.getInputStream(jar.getJarEntry(entry))) {
            return new String(content.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void theJarHasTheEpollTransportOfBothProcessorsAndNoUnusedLibrary() throws IOException {
        try (JarFile jar = new JarFile(BuiltJars.executable().toFile())) {
            List<String> libraries =
                    jar.stream()
                            .map(entry -> entry.getName())
                            .filter(name -> name.endsWith(".jar"))
                            .toList();

            assertThat(libraries)
                    .anyMatch(name -> name.matches(".*native-epoll.*linux-x86_64.jar"))
                    .anyMatch(name -> name.matches(".*native-epoll.*linux-aarch_64.jar"))
                    .noneMatch(name -> name.matches(".*(quic|http3|socks|osx|macos|windows).*"));
        }
    }

    /** The folder /app of the image. */
    private Path unpack() throws IOException, InterruptedException {
        Path layers = extract();
        Path app = Files.move(layers.resolve("application"), folder.resolve("app"));
        Files.move(layers.resolve("dependencies/lib"), app.resolve("lib"));
        return app;
    }

    private Path extract() throws IOException, InterruptedException {
        Path jar = Files.copy(BuiltJars.executable(), folder.resolve("application.jar"));
        Path layers = folder.resolve("layers");
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Djarmode=tools",
                                "-jar",
                                jar.toString(),
                                "extract",
                                "--layers",
                                "--destination",
                                layers.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("extract.log").toFile())
                        .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly();
        }
        return layers;
    }

    private static List<String> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName())).toList();
        }
    }
}
