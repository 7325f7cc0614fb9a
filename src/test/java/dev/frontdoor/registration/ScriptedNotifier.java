package dev.frontdoor.registration;

import dev.frontdoor.notifier.ConnectionNotifier;
import dev.frontdoor.protocol.WorkerRegistration;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Predicate;

/**
 * Records its calls as {@code NAME told PID IDENTITY} and {@code NAME told PID gone}, then runs the
 * test's script. Without a script it accepts every registration and consumes no publication.
 */
class ScriptedNotifier implements ConnectionNotifier {

    private final String name;
    private final History history;
    private volatile Predicate<WorkerRegistration> taking = _ -> true;
    private volatile Consumer<WorkerRegistration> registering = _ -> {};
    private volatile LongConsumer unregistering = _ -> {};
    private volatile Predicate<String> consuming = _ -> false;

    ScriptedNotifier(String name, History history) {
        this.name = name;
        this.history = history;
    }

    ScriptedNotifier taking(Predicate<WorkerRegistration> script) {
        taking = script;
        return this;
    }

    /** Takes registrations of these identities only. */
    ScriptedNotifier takingOnly(String... identities) {
        return taking(registration -> List.of(identities).contains(registration.identity()));
    }

    ScriptedNotifier registering(Consumer<WorkerRegistration> script) {
        registering = script;
        return this;
    }

    /** Runs the script for registrations of that identity only. */
    ScriptedNotifier registering(String identity, Runnable script) {
        return registering(registration -> {
            if (registration.identity().equals(identity)) {
                script.run();
            }
        });
    }

    ScriptedNotifier unregistering(LongConsumer script) {
        unregistering = script;
        return this;
    }

    ScriptedNotifier consuming(Predicate<String> script) {
        consuming = script;
        return this;
    }

    void add(String event) {
        history.add("%s %s".formatted(name, event));
    }

    @Override
    public boolean takes(WorkerRegistration registration) {
        return taking.test(registration);
    }

    @Override
    public void onWorkerRegistered(long pid, WorkerRegistration registration) {
        history.add("%s told %d %s".formatted(name, pid, registration.identity()));
        registering.accept(registration);
    }

    @Override
    public void onWorkerUnregistered(long pid) {
        history.add("%s told %d gone".formatted(name, pid));
        unregistering.accept(pid);
    }

    @Override
    public boolean onChannelPublish(long pid, String channel, byte[] payload) {
        history.add("%s offered %d %s".formatted(name, pid, channel));
        return consuming.test(channel);
    }
}
