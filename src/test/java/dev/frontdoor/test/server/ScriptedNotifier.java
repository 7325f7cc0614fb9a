package dev.frontdoor.test.server;

import dev.frontdoor.notifier.ConnectionNotifier;
import dev.frontdoor.protocol.WorkerRegistration;

import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Accepts every worker unless a test has set a script for its identity. */
public final class ScriptedNotifier implements ConnectionNotifier {

    /** A script for registrations; it throws to reject one. */
    @FunctionalInterface
    public interface Script {
        /** Called before the registration is accepted. */
        void registered(long pid, WorkerRegistration registration);
    }

    /** A script for publications. */
    @FunctionalInterface
    public interface Reader {
        /** Returns whether the publication is consumed. */
        boolean consume(long pid, byte[] payload);
    }

    private final Map<String, Script> scripts = new ConcurrentHashMap<>();
    private final Map<String, Reader> readers = new ConcurrentHashMap<>();
    private final Map<String, Long> pids = new ConcurrentHashMap<>();
    private final Set<Long> held = ConcurrentHashMap.newKeySet();

    /** Sets the script for registrations of that identity. */
    public void about(String identity, Script script) {
        scripts.put(identity, script);
    }

    /** Sets the script for publications on that channel. */
    public void onChannel(String channel, Reader reader) {
        readers.put(channel, reader);
    }

    /** The pid of the last registration of that identity. */
    public long pidOf(String identity) {
        return Objects.requireNonNull(pids.get(identity), identity);
    }

    /** The pids that are registered and not yet unregistered. */
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
