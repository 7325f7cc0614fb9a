package dev.frontdoor.test.server;

import dev.frontdoor.notifier.ConnectionNotifier;
import dev.frontdoor.protocol.WorkerRegistration;

import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Takes every worker, unless a test has told it what to do about one of that identity. */
public final class ScriptedNotifier implements ConnectionNotifier {

    /** What to do about a registration; throws to turn it away. */
    @FunctionalInterface
    public interface Script {
        /** Called in place of taking the worker at once. */
        void registered(long pid, WorkerRegistration registration);
    }

    /** What to do about a publication. */
    @FunctionalInterface
    public interface Reader {
        /** Says whether it was consumed. */
        boolean consume(long pid, byte[] payload);
    }

    private final Map<String, Script> scripts = new ConcurrentHashMap<>();
    private final Map<String, Reader> readers = new ConcurrentHashMap<>();
    private final Map<String, Long> pids = new ConcurrentHashMap<>();
    private final Set<Long> held = ConcurrentHashMap.newKeySet();

    /** From now on, does this about registrations of that identity. */
    public void about(String identity, Script script) {
        scripts.put(identity, script);
    }

    /** From now on, does this about publications on that channel. */
    public void onChannel(String channel, Reader reader) {
        readers.put(channel, reader);
    }

    /** The pid of the last registration of that identity that it was asked about. */
    public long pidOf(String identity) {
        return Objects.requireNonNull(pids.get(identity), identity);
    }

    /** The pids it was told of, and not of their end. */
    public Set<Long> held() {
        return Set.copyOf(held);
    }

    @Override
    public void onWorkerRegistered(long pid, WorkerRegistration registration) {
        pids.put(registration.identity(), pid);
        Script script = scripts.get(registration.identity());
        if (script != null) {
            script.registered(pid, registration);
        }
        held.add(pid);
    }

    @Override
    public void onWorkerUnregistered(long pid) {
        if (!held.remove(pid)) {
            throw new IllegalStateException("pid %d is not held".formatted(pid));
        }
    }

    @Override
    public boolean onChannelPublish(long pid, String channel, byte[] payload) {
        Reader reader = readers.get(channel);
        return reader != null && reader.consume(pid, payload);
    }
}
