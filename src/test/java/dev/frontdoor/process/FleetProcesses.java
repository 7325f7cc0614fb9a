package dev.frontdoor.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.frontdoor.test.TestWorker;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Processes that share one directory, and a receiver of what becomes of their workers. */
final class FleetProcesses implements AutoCloseable {

    /** Long enough for a machine that is busy with other tests. */
    static final Duration LEASE = Duration.ofSeconds(6);

    private static final Duration MAX_WAIT = Duration.ofMinutes(3);

    final EventReceiver receiver = new EventReceiver();
    final List<Member> members = new CopyOnWriteArrayList<>();

    /** What the receiver was told, by instance and pid. */
    final Map<String, List<String>> told = new ConcurrentHashMap<>();

    private final Path directory;
    private final List<TestWorker> workers = new CopyOnWriteArrayList<>();

    FleetProcesses(Path directory) throws IOException {
        this.directory = directory;
    }

    /** A process, with the connections of its workers. */
    final class Member {

        final ServiceProcess service;
        final String name;
        final List<TestWorker> connected = new CopyOnWriteArrayList<>();

        private Member(ServiceProcess service) throws Exception {
            this.service = service;
            this.name = json("/actuator/registrations").path("instance").asString();
        }

        /** Registers workers with these identities. */
        void register(String prefix, int count) throws IOException {
            for (int i = 0; i < count; i++) {
                TestWorker worker = service.worker().connect();
                worker.register(TestWorker.registration(prefix + "-" + i));
                connected.add(worker);
                workers.add(worker);
            }
        }

        /** The pids of its live table. */
        List<Long> pids() throws Exception {
            return List.copyOf(
                    rows("/actuator/registrations", "registrations").keySet().stream()
                            .map(key -> Long.parseLong(key.substring(key.lastIndexOf('/') + 1)))
                            .toList());
        }

        /** Rows by instance and pid, of all pages. */
        Map<String, JsonNode> rows(String path, String list) throws Exception {
            Map<String, JsonNode> rows = new TreeMap<>();
            String before = "";
            do {
                JsonNode page = json(path + "?limit=1000" + before);
                for (JsonNode row : page.path(list)) {
                    ObjectNode copy = (ObjectNode) row.deepCopy();
                    String instance =
                            copy.has("instance") ? copy.path("instance").asString() : name;
                    copy.remove(List.of("instance", "pendingPushes", "truncated"));
                    rows.put(instance + "/" + copy.path("pid").asLong(), copy);
                }
                JsonNode next = page.path("next");
                before =
                        next.isNull()
                                ? ""
                                : "&before="
                                        + URLEncoder.encode(
                                                next.asString(), StandardCharsets.UTF_8);
            } while (!before.isEmpty());
            return rows;
        }

        JsonNode json(String path) throws Exception {
            var response = service.get(path);
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            return JsonMapper.shared().readTree(response.body());
        }
    }

    /** Starts a process whose Redis is where these settings say. */
    Member start(String... redis) throws Exception {
        List<String> settings =
                new ArrayList<>(
                        List.of(
                                "--frontdoor.directory.enabled=true",
                                "--frontdoor.directory.lease=" + LEASE.toSeconds() + "s",
                                "--frontdoor.directory.renewal-interval=2s",
                                "--frontdoor.webhook.enabled=true",
                                // The receiver is only told about the fleet.
                                "--frontdoor.notifiers.beans.webhook.match.namespaces=none",
                                receiver.setting()));
        settings.addAll(List.of(redis));
        Member member =
                new Member(ServiceProcess.in(directory).start(settings.toArray(String[]::new)));
        members.add(member);
        return member;
    }

    /** Kills a process. */
    void kill(Member member) {
        members.remove(member);
        member.service.close();
        member.connected.forEach(TestWorker::close);
    }

    /** Waits until each process shows the union of all live tables, entry by entry. */
    void expectUnion() {
        await().atMost(MAX_WAIT)
                .pollInterval(Duration.ofMillis(500))
                .untilAsserted(() -> {
                    Map<String, JsonNode> union = new TreeMap<>();
                    for (Member member : members) {
                        union.putAll(member.rows("/actuator/registrations", "registrations"));
                    }
                    for (Member member : members) {
                        assertThat(member.rows("/actuator/fleet", "workers")).isEqualTo(union);
                    }
                });
    }

    /** Waits until this is what the receiver was told about workers of an instance. */
    void expectTold(String instance, List<Long> pids, String... types) {
        await().atMost(MAX_WAIT)
                .pollInterval(Duration.ofMillis(500))
                .untilAsserted(() -> {
                    readEvents();
                    Map<String, List<String>> expected = new HashMap<>();
                    pids.forEach(pid -> expected.put(instance + "/" + pid, List.of(types)));
                    assertThat(told(instance)).isEqualTo(expected);
                });
    }

    /**
     * Waits for the union, and expects that the books balance: each worker of one process was lost,
     * and each of the other was lost and has returned.
     */
    void expectDeathAndFreeze(String dead, List<Long> ofDead, String frozen, List<Long> ofFrozen)
            throws Exception {
        expectUnion();
        Map<String, List<String>> lost = told(dead);
        assertThat(lost.values()).allSatisfy(types -> assertThat(types).containsExactly("lost"));
        assertThat(lost.keySet())
                .containsAll(ofDead.stream().map(pid -> dead + "/" + pid).toList());
        Map<String, List<String>> returned = told(frozen);
        for (long pid : ofFrozen) {
            assertThat(returned.get(frozen + "/" + pid)).containsExactly("lost", "returned");
        }
    }

    /** What the receiver was told so far about workers of an instance. */
    Map<String, List<String>> told(String instance) throws Exception {
        readEvents();
        Map<String, List<String>> of = new HashMap<>();
        told.forEach((worker, types) -> {
            if (worker.startsWith(instance + "/")) {
                of.put(worker, List.copyOf(types));
            }
        });
        return of;
    }

    private void readEvents() throws Exception {
        for (JsonNode event : receiver.received()) {
            String type = event.path("type").asString();
            told.computeIfAbsent(
                            event.path("subject").asString(), _ -> new CopyOnWriteArrayList<>())
                    .add(type.substring(type.lastIndexOf('.') + 1));
        }
    }

    @Override
    public void close() {
        members.forEach(member -> member.service.close());
        workers.forEach(TestWorker::close);
        receiver.close();
    }
}
