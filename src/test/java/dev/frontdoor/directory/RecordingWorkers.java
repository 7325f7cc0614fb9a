package dev.frontdoor.directory;

import dev.frontdoor.notifier.Ban;
import dev.frontdoor.notifier.ConnectedWorker;
import dev.frontdoor.notifier.ConnectionFacts;
import dev.frontdoor.notifier.Eviction;
import dev.frontdoor.notifier.EvictionProgress;
import dev.frontdoor.notifier.EvictionRequest;
import dev.frontdoor.notifier.PushException;
import dev.frontdoor.notifier.PushException.Reason;
import dev.frontdoor.notifier.WorkerFilter;
import dev.frontdoor.notifier.Workers;
import dev.frontdoor.protocol.WorkerRegistration;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** The workers 1 to 3 of an instance. The test answers their pushes, and sees what was done. */
final class RecordingWorkers implements Workers {

    /** What was done, in words. */
    final List<String> done = new CopyOnWriteArrayList<>();

    /** The workers, which a test may replace. */
    final List<ConnectedWorker> connected =
            new CopyOnWriteArrayList<>(
                    List.of(
                            worker(3, "worker-3", Instant.EPOCH),
                            worker(2, "worker-2", Instant.EPOCH),
                            worker(1, "worker-1", Instant.EPOCH)));

    /** The workers that the eviction in progress has chosen. */
    final Set<Long> evicted = ConcurrentHashMap.newKeySet();

    /** Whether an eviction is in progress. */
    volatile boolean evicting;

    /** Whether each push is answered at once with its payload, and not recorded. */
    volatile boolean echo;

    /** The pushes, to be answered by the test. */
    final List<CompletableFuture<byte[]>> pushes = new CopyOnWriteArrayList<>();

    @Override
    public Optional<ConnectedWorker> find(long pid) {
        return list(WorkerFilter.ALL).stream().filter(worker -> worker.pid() == pid).findFirst();
    }

    @Override
    public List<ConnectedWorker> list(WorkerFilter filter) {
        return connected.stream().filter(filter::matches).toList();
    }

    @Override
    public Optional<ConnectionFacts> connection(long pid) {
        return Optional.empty();
    }

    @Override
    public boolean annotate(long pid, Map<String, String> labels) {
        return false;
    }

    @Override
    public CompletableFuture<byte[]> push(long pid, byte[] payload, Duration timeLimit) {
        if (echo) {
            return CompletableFuture.completedFuture(payload);
        }
        if (find(pid).isEmpty()) {
            return CompletableFuture.failedFuture(unknown(pid));
        }
        CompletableFuture<byte[]> reply = new CompletableFuture<>();
        pushes.add(reply);
        done.add("push %s %s".formatted(pid, new String(payload, StandardCharsets.UTF_8)));
        return reply;
    }

    @Override
    public CompletableFuture<byte[]> pushAfterDecision(
            long pid, byte[] payload, Duration timeLimit) {
        return push(pid, payload, timeLimit);
    }

    @Override
    public void send(long pid, byte[] payload) {
        if (find(pid).isEmpty()) {
            throw unknown(pid);
        }
        done.add("send %s %s".formatted(pid, new String(payload, StandardCharsets.UTF_8)));
    }

    @Override
    public boolean disconnect(long pid, String reason) {
        boolean found = find(pid).isPresent();
        if (found) {
            done.add("disconnect %s %s".formatted(pid, reason));
        }
        return found;
    }

    @Override
    public Eviction evict(EvictionRequest request) {
        Set<Long> pids = request.pids();
        List<Long> chosen =
                list(request.filter()).stream()
                        .map(ConnectedWorker::pid)
                        .filter(pid -> pids == null || pids.contains(pid))
                        .toList();
        if (chosen.isEmpty() && pids == null) {
            throw new IllegalStateException("too many evictions are in progress");
        }
        chosen.forEach(pid -> done.add("evict " + pid));
        evicted.addAll(chosen);
        evicting = true;
        return new Eviction() {
            @Override
            public long id() {
                return 1;
            }

            @Override
            public EvictionProgress progress() {
                return new EvictionProgress(
                        evicting ? EvictionProgress.State.RUNNING : EvictionProgress.State.FINISHED,
                        chosen.size(),
                        chosen.size(),
                        Instant.EPOCH,
                        Instant.EPOCH);
            }

            @Override
            public boolean cancel() {
                evicted.clear();
                evicting = false;
                return true;
            }
        };
    }

    @Override
    public List<Eviction> evictions() {
        return List.of();
    }

    @Override
    public Ban ban(String identity, Duration duration, String reason) {
        done.add("ban %s %s %s".formatted(identity, duration, reason));
        return new Ban(identity, reason, Instant.EPOCH, Instant.EPOCH, "test");
    }

    @Override
    public Ban banAndDisconnect(String identity, Duration duration, String reason) {
        done.add("disconnected");
        return ban(identity, duration, reason);
    }

    @Override
    public boolean unban(String identity) {
        return false;
    }

    @Override
    public List<Ban> bans() {
        return List.of();
    }

    static ConnectedWorker worker(long pid, String identity, Instant connectedAt) {
        return new ConnectedWorker(
                pid,
                new WorkerRegistration(
                        List.of("ns"),
                        "queue-" + pid,
                        "node",
                        List.of("charge"),
                        identity,
                        List.of()),
                List.of("directory"),
                "10.0.0.1:5000",
                connectedAt,
                connectedAt,
                0,
                null,
                Map.of());
    }

    private static PushException unknown(long pid) {
        return new PushException(
                Reason.UNKNOWN_PID, "no worker is registered with pid %s".formatted(pid));
    }
}
