package dev.frontdoor.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import javax.tools.ToolProvider;

/**
 * Each mistake is made in a copy of the Java library, and the suite must notice it. By default it
 * plays the one situation that is there for it; with {@code -Dlong=true} all of them.
 */
class PlantedMistakesTests {

    private static final Path LIBRARY = Path.of("..", "clients", "java", "src", "main", "java");
    private static final Path PROGRAM =
            Path.of("..", "clients", "java", "src", "test", "java")
                    .resolve("dev/frontdoor/worker/conformance/ConformanceWorker.java");

    @TempDir Path folder;

    /** A text of a source file, what stands there instead, and the situation that notices it. */
    record Mistake(String name, String file, String from, String to, String situation) {

        @Override
        public String toString() {
            return name;
        }
    }

    static List<Mistake> mistakes() {
        return List.of(
                new Mistake(
                        "a close code is ignored",
                        "WorkerLoop",
                        "code >= 4500 && code <= 4999",
                        "code >= 4501 && code <= 4999",
                        "close-4500"),
                new Mistake(
                        "the pauses are not random",
                        "Backoff",
                        "ThreadLocalRandom.current().nextLong(limit() + 1)",
                        "limit()",
                        "jitter"),
                new Mistake(
                        "a reply is lost while another is being sent",
                        "Connection",
                        "unsent.add(frame);",
                        "if (!sending) { unsent.add(frame); }",
                        "burst"),
                new Mistake(
                        "a reply is sent twice",
                        "WorkerLoop",
                        "source.send(Wire.reply(push.stream, push.correlationId, reply));",
                        "source.send(Wire.reply(push.stream, push.correlationId, reply));"
                                + " source.send(Wire.reply(push.stream, push.correlationId, reply));",
                        "exactly-one-reply"),
                new Mistake(
                        "registered before the acceptance",
                        "WorkerLoop",
                        "enter(State.REGISTERING, null, null);",
                        "enter(State.REGISTERED, null, null);",
                        "registered-only-when-accepted"),
                new Mistake(
                        "a connection alone starts the back-off anew",
                        "WorkerLoop",
                        "emit(new Event.Connected());",
                        "emit(new Event.Connected()); reconnects.reset();",
                        "backoff-outlasts-connections"),
                new Mistake(
                        "a late reply goes to the next connection",
                        "WorkerLoop",
                        "work.cancel();\n            emit(",
                        "java.util.concurrent.CompletableFuture.delayedExecutor(1500,"
                                + " java.util.concurrent.TimeUnit.MILLISECONDS)"
                                + ".execute(() -> loop.execute(() -> connection.send("
                                + "Wire.reply(push.stream, push.correlationId, new byte[0]))));\n"
                                + "            work.cancel();\n            emit(",
                        "late-reply"),
                new Mistake(
                        "'retry in N s' is ignored",
                        "WorkerLoop",
                        "Duration.ofSeconds(Integer.parseInt(temporary.group(1)))",
                        "Duration.ZERO",
                        "rejected-for-a-time"),
                new Mistake(
                        "a refusal has a blank too many",
                        "Wire",
                        "\\\",\\\"words\\\":\\\"\"",
                        "\\\", \\\"words\\\":\\\"\"",
                        "refusal-spelling"),
                new Mistake(
                        "the token is asked for once",
                        "WorkerLoop",
                        "opening.token = token;",
                        "opening.token = token; freshToken = token;",
                        "token-read-again"),
                new Mistake(
                        "the capacity is not kept",
                        "WorkerLoop",
                        "if (working >= options.capacity) {",
                        "if (working > options.capacity) {",
                        "over-the-capacity"),
                new Mistake(
                        "a stop does not await open pushes",
                        "WorkerLoop",
                        "if (connection.pushes.isEmpty()) {\n                disconnect();",
                        "if (connection.isOpen()) {\n                disconnect();",
                        "stop-finishes-pushes"),
                new Mistake(
                        "only the last fragment is read",
                        "Connection",
                        "parts.writeBytes(bytes);",
                        "parts.reset(); parts.writeBytes(bytes);",
                        "fragments"),
                new Mistake(
                        "Retry-After is ignored",
                        "WorkerLoop",
                        "retry(Duration.ofSeconds(Math.min(seconds, MAX_RETRY_AFTER)));",
                        "retry(Duration.ofSeconds(Math.min(seconds, 0)));",
                        "unavailable-with-retry-after"),
                new Mistake(
                        "a silent server is not noticed",
                        "WorkerLoop",
                        "        watchSilence(opened);\n",
                        "",
                        "silence"),
                new Mistake(
                        "a failed handler keeps its place",
                        "WorkerLoop",
                        "        working--;\n        if (source",
                        "        if (error == null) {\n            working--;\n        }\n        if (source",
                        "failures-and-refusals-leave-the-capacity"),
                new Mistake(
                        "only pongs are signs of life",
                        "Connection",
                        "heardAt = System.nanoTime();\n        if (parts.size()",
                        "if (parts.size()",
                        "silence-ends-with-any-frame"),
                new Mistake(
                        "Retry-After must be a number",
                        "WorkerLoop",
                        "after.matches(\"[0-9]{1,9}\") ? Integer.parseInt(after) : 0",
                        "after.isEmpty() ? 0 : Integer.parseInt(after)",
                        "unavailable-with-another-retry-after"),
                new Mistake(
                        "bytes behind the fields are tolerated",
                        "Wire",
                        "(stream == 0) || in.hasRemaining())",
                        "(stream == 0))",
                        "malformed-leftover-field"),
                new Mistake(
                        "a rejected replacement is kept",
                        "WorkerLoop",
                        "            desired = accepted;\n",
                        "",
                        "registering-again-is-rejected"),
                new Mistake(
                        "replies travel on stream 1",
                        "WorkerLoop",
                        "Wire.reply(push.stream,",
                        "Wire.reply(1,",
                        "reply"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void suiteNoticesAMistake(Mistake mistake) throws Exception {
        boolean all = Boolean.getBoolean("long");
        List<Situation> situations =
                Suite.situations().stream()
                        .filter(next -> all || next.name().equals(mistake.situation()))
                        .toList();

        List<Suite.Result> results =
                new Suite(compile(mistake), Duration.ofSeconds(20))
                        .play(situations, 1, 4, result -> {});

        List<String> noticed =
                results.stream()
                        .filter(result -> !result.passed())
                        .map(result -> result.situation().name())
                        .toList();
        System.out.printf("%s: %s%n", mistake, noticed);
        assertThat(noticed).contains(mistake.situation());
    }

    /**
     * Copies the library with the mistake in it, compiles it, and returns the program's command.
     */
    private List<String> compile(Mistake mistake) throws IOException {
        List<String> arguments =
                new ArrayList<>(List.of("-nowarn", "-d", folder.resolve("classes").toString()));
        try (Stream<Path> sources = Files.walk(LIBRARY)) {
            for (Path source : sources.filter(Files::isRegularFile).toList()) {
                String text = Files.readString(source);
                if (source.endsWith(mistake.file() + ".java")) {
                    assertThat(text).containsOnlyOnce(mistake.from());
                    text = text.replace(mistake.from(), mistake.to());
                }
                Path copy = folder.resolve("sources").resolve(LIBRARY.relativize(source));
                Files.createDirectories(copy.getParent());
                Files.writeString(copy, text);
                arguments.add(copy.toString());
            }
        }
        arguments.add(PROGRAM.toString());
        int status =
                ToolProvider.getSystemJavaCompiler()
                        .run(null, null, null, arguments.toArray(new String[0]));
        assertThat(status).isZero();
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx128m",
                "-cp",
                folder.resolve("classes").toString(),
                "dev.frontdoor.worker.conformance.ConformanceWorker");
    }
}
