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
                        "Worker",
                        "code >= 4500 && code <= 4999",
                        "code >= 4501 && code <= 4999",
                        "close-4500"),
                new Mistake(
                        "the pauses are not random",
                        "WorkerBuilder",
                        "ThreadLocalRandom.current().nextLong(limit + 1)",
                        "limit",
                        "jitter"),
                new Mistake(
                        "a reply is lost while another push is open",
                        "Session",
                        "pushes.remove(open) == null",
                        "pushes.remove(open) == null || !pushes.isEmpty()",
                        "burst"),
                new Mistake(
                        "a reply is sent twice",
                        "Session",
                        "send(Wire.reply(open.stream, id, reply));",
                        "send(Wire.reply(open.stream, id, reply));"
                                + " send(Wire.reply(open.stream, id, reply));",
                        "exactly-one-reply"),
                new Mistake(
                        "registered before the acceptance",
                        "Session",
                        "worker.enter(State.REGISTERING, null, null);",
                        "worker.enter(State.REGISTERED, null, null);",
                        "registered-only-when-accepted"),
                new Mistake(
                        "a connection alone starts the back-off anew",
                        "Session",
                        "worker.emit(new Event.Connected());",
                        "worker.attempts = 0;",
                        "backoff-outlasts-connections"),
                new Mistake(
                        "a late reply goes to the next connection",
                        "Worker",
                        "        session = null;\n        loop.cancelAll();",
                        "        java.util.concurrent.CompletableFuture.delayedExecutor(1500,"
                                + " java.util.concurrent.TimeUnit.MILLISECONDS)"
                                + ".execute(() -> loop.execute(() -> session.send("
                                + "Wire.reply(1, 1, new byte[0]))));\n"
                                + "        session = null;\n        loop.cancelAll();",
                        "late-reply"),
                new Mistake(
                        "'retry in N s' is ignored",
                        "Session",
                        "later ? Integer.parseInt(temporary.group(1)) : 0",
                        "0",
                        "rejected-for-a-time"),
                new Mistake(
                        "a refusal has a blank too many",
                        "Wire",
                        "\\\",\\\"words\\\":\\\"\"",
                        "\\\", \\\"words\\\":\\\"\"",
                        "refusal-spelling"),
                new Mistake(
                        "the token is asked for once",
                        "Connection",
                        "token = given;",
                        "token = given; options.token = () -> given;",
                        "token-read-again"),
                new Mistake(
                        "the capacity is not kept",
                        "Session",
                        "worker.working >= options.capacity",
                        "worker.working > options.capacity",
                        "over-the-capacity"),
                new Mistake(
                        "a stop does not await open pushes",
                        "Session",
                        "worker.end != null && pushes.isEmpty()",
                        "worker.end != null",
                        "stop-finishes-pushes"),
                new Mistake(
                        "only the last fragment is read",
                        "Connection",
                        "parts.writeBytes(part);",
                        "parts.reset(); parts.writeBytes(part);",
                        "fragments"),
                new Mistake(
                        "Retry-After is ignored",
                        "Connection",
                        "Duration.ofSeconds(Math.min(seconds, MAX_RETRY_AFTER));",
                        "Duration.ofSeconds(Math.min(seconds, 0));",
                        "unavailable-with-retry-after"),
                new Mistake(
                        "a silent server is not noticed",
                        "Connection",
                        "loop.after(options.silence, \"silence\", this::ping);",
                        "",
                        "silence"),
                new Mistake(
                        "the end right behind a message is missed",
                        "Worker",
                        "client.executor(Runnable::run)",
                        "client.executor(java.util.concurrent.CompletableFuture.delayedExecutor("
                                + "50, java.util.concurrent.TimeUnit.MILLISECONDS))",
                        "end-of-stream-behind-a-message"),
                new Mistake(
                        "a failed handler keeps its place",
                        "Session",
                        "        worker.working--;\n",
                        "        if (error == null) {\n            worker.working--;\n        }\n",
                        "failures-and-refusals-leave-the-capacity"),
                new Mistake(
                        "only pongs are signs of life",
                        "Connection",
                        "return arrived(() -> add(bytes, last));",
                        "loop.execute(() -> add(bytes, last)); source.request(1); return null;",
                        "silence-ends-with-any-frame"),
                new Mistake(
                        "a Retry-After that is no number is taken for an hour",
                        "Connection",
                        "after.matches(\"[0-9]{1,9}\") ? Integer.parseInt(after) : 0",
                        "after.matches(\"[0-9]{1,9}\") ? Integer.parseInt(after)"
                                + " : after.isEmpty() ? 0 : 3600",
                        "unavailable-with-another-retry-after"),
                new Mistake(
                        "bytes behind the fields are tolerated",
                        "Wire",
                        "(stream == 0) || in.hasRemaining())",
                        "(stream == 0))",
                        "malformed-leftover-field"),
                new Mistake(
                        "a rejected replacement is kept",
                        "Session",
                        "            worker.wanted = worker.inForce;\n",
                        "",
                        "registering-again-is-rejected"),
                new Mistake(
                        "replies travel on stream 1",
                        "Session",
                        "Wire.reply(open.stream,",
                        "Wire.reply(1,",
                        "reply"),
                new Mistake(
                        "a correlation id has 32 bits",
                        "Wire",
                        "case PUSH -> new Frame(type, stream, in.getLong(),",
                        "case PUSH -> new Frame(type, stream, (int) in.getLong(),",
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
