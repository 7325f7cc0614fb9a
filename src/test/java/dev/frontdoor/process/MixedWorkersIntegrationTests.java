package dev.frontdoor.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.UpgradeRefusedException;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One worker of each library, and the unmodified one on liminal's, work through rolling restarts,
 * drains, killed instances and revoked tokens, with pushes all the time.
 */
@EnabledIfSystemProperty(named = "long", matches = ".*", disabledReason = "takes 2 minutes, or 10")
class MixedWorkersIntegrationTests {

    private static final int ROUNDS = Boolean.getBoolean("long") ? 8 : 1;

    /** How long the pushes go on after each event. */
    private static final Duration PUSHES =
            Boolean.getBoolean("long") ? Duration.ofSeconds(12) : Duration.ofSeconds(2);

    private static final Duration LIMIT = Duration.ofMinutes(2);

    @TempDir Path directory;

    private final Deque<ServiceProcess> services = new ArrayDeque<>();
    private final List<WorkerProgram> workers = new ArrayList<>();
    private final Set<Path> killed = new HashSet<>();
    private final Map<ServiceProcess, Path> files = new HashMap<>();
    private final Map<String, String> tokens = new HashMap<>();
    private final TcpFront front;
    private final TcpFront tcpFront;

    MixedWorkersIntegrationTests() throws IOException {
        front = new TcpFront();
        tcpFront = new TcpFront();
    }

    @AfterEach
    void stopAll() throws IOException {
        workers.forEach(WorkerProgram::close);
        services.forEach(ServiceProcess::close);
        front.close();
        tcpFront.close();
    }

    @Test
    void everyPushEndsExactlyOneWayAndEveryWorkerIsRegisteredAtTheEnd() throws Exception {
        NotifierJar.of(PushDriver.Configuration.class, PushDriver.class)
                .writeTo(
                        Files.createDirectories(directory.resolve("notifiers"))
                                .resolve("driver.jar"));
        Map<String, List<String>> commands = WorkerProgram.commands(directory);
        Files.createDirectories(directory.resolve("tokens"));
        for (String name : commands.keySet()) {
            accept(name, name + "-first");
        }
        replace(null);
        replace(null);
        for (String name : commands.keySet()) {
            int port = isLiminal(name) ? tcpFront.port() : front.port();
            workers.add(WorkerProgram.start(name, commands.get(name), port, directory));
        }
        awaitAllWorking();
        for (int round = 0; round < ROUNDS; round++) {
            restartAll();
            drain();
            kill();
            revoke("round-" + round);
        }
        for (WorkerProgram worker : workers) {
            assertThat(worker.stop()).as(worker.output()).isIn(0, 143);
            assertThat(worker.output()).doesNotContain("state=failed");
            assertThat(worker.output().contains("state=stopped"))
                    .isNotEqualTo(isLiminal(worker.name()));
        }
        for (ServiceProcess service : services) {
            service.terminate();
            assertThat(service.awaitExit(LIMIT)).isEqualTo(143);
        }
        assertEveryPushEndedOnce();
    }

    private static boolean isLiminal(String name) {
        return name.equals(WorkerProgram.LIMINAL);
    }

    private void restartAll() throws Exception {
        for (ServiceProcess old : List.copyOf(services)) {
            start();
            services.remove(old);
            reroute();
            old.terminate();
            assertThat(old.awaitExit(LIMIT)).isEqualTo(143);
            awaitAllWorking();
        }
    }

    private void drain() throws Exception {
        ServiceProcess old = services.getFirst();
        assertThat(old.post("/actuator/drain").statusCode()).isEqualTo(200);
        await().atMost(LIMIT)
                .until(() -> old.get("/actuator/drain").body().contains("\"drained\""));
        replace(old);
        old.terminate();
        assertThat(old.awaitExit(LIMIT)).isEqualTo(143);
        awaitAllWorking();
    }

    private void kill() throws Exception {
        ServiceProcess old = services.getFirst();
        killed.add(files.get(old));
        old.close();
        replace(old);
        awaitAllWorking();
    }

    /** The service takes the fresh token before the worker has it, and drops the old one last. */
    private void revoke(String suffix) throws Exception {
        WorkerProgram worker = workers.get(Math.floorMod(suffix.hashCode(), workers.size()));
        Path old = Path.of(tokens.get(worker.name()));
        String fresh = worker.name() + "-" + suffix;
        accept(worker.name(), fresh);
        for (ServiceProcess service : services) {
            await().atMost(LIMIT).until(() -> takes(service, fresh));
        }
        worker.token(fresh);
        int before = worker.output().length();
        Files.delete(old);
        await().atMost(LIMIT)
                .until(() -> worker.output().substring(before).contains("state=registered"));
        awaitAllWorking();
    }

    private static boolean takes(ServiceProcess service, String token) throws IOException {
        try (TestWorker _ = service.worker().bearer(token).connect()) {
            return true;
        } catch (UpgradeRefusedException e) {
            return false;
        }
    }

    private void accept(String name, String token) throws IOException {
        Path file = directory.resolve("tokens").resolve(token);
        Files.writeString(file, token);
        tokens.put(name, file.toString());
    }

    private void replace(@Nullable ServiceProcess old) throws IOException {
        if (old != null) {
            services.remove(old);
        }
        start();
        reroute();
    }

    private void start() throws IOException {
        // A service that no worker comes to notes nothing.
        Path file = Files.createFile(directory.resolve("pushes-%s".formatted(files.size())));
        ServiceProcess service =
                ServiceProcess.in(directory)
                        .jvmOption("-Xmx128m")
                        .start(
                                "--driver.file=" + file,
                                "--frontdoor.tcp.port=0",
                                "--frontdoor.drain.window=1s",
                                "--frontdoor.auth.token-files=" + directory.resolve("tokens"),
                                "--frontdoor.auth.token-file-interval=1s");
        files.put(service, file);
        services.add(service);
    }

    private void reroute() {
        front.to(services.stream().map(ServiceProcess::workersPort).toArray(Integer[]::new));
        tcpFront.to(services.stream().map(ServiceProcess::tcpPort).toArray(Integer[]::new));
    }

    /** Every worker is registered once, and further pushes are answered. */
    private void awaitAllWorking() throws Exception {
        List<String> names = workers.stream().map(WorkerProgram::name).sorted().toList();
        await().atMost(LIMIT)
                .until(() -> {
                    workers.forEach(worker -> assertThat(worker.isAlive()).isTrue());
                    return identities().equals(names);
                });
        long before = replies();
        await().pollDelay(PUSHES).atMost(LIMIT).until(() -> replies() > before + workers.size());
    }

    private List<String> identities() throws Exception {
        List<String> found = new ArrayList<>();
        for (ServiceProcess service : services) {
            JsonNode table =
                    JsonMapper.shared().readTree(service.get("/actuator/registrations").body());
            table.path("registrations").forEach(row -> found.add(row.path("identity").asString()));
        }
        found.sort(null);
        return found;
    }

    private long replies() throws IOException {
        long replies = 0;
        for (Path file : files.values()) {
            try (Stream<String> lines = Files.lines(file)) {
                replies += lines.filter(line -> line.endsWith(" replied")).count();
            }
        }
        return replies;
    }

    private void assertEveryPushEndedOnce() throws IOException {
        int pushes = 0;
        for (Path file : files.values()) {
            Map<String, Integer> ends = new HashMap<>();
            for (String line : Files.readAllLines(file)) {
                String[] words = line.split(" ", 3);
                ends.merge(words[1], words[0].equals("ended") ? 1 : 0, Integer::sum);
            }
            pushes += ends.size();
            boolean wasKilled = killed.contains(file);
            assertThat(ends)
                    .allSatisfy((_, count) -> assertThat(count).isBetween(wasKilled ? 0 : 1, 1));
        }
        assertThat(pushes).isGreaterThan(100);
        System.out.println("%s workers, %s pushes".formatted(workers.size(), pushes));
    }
}
