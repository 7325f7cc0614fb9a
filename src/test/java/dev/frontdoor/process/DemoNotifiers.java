package dev.frontdoor.process;

import dev.frontdoor.notifier.ConnectionNotifier;
import dev.frontdoor.notifier.RegistrationRejectedException;
import dev.frontdoor.protocol.WorkerRegistration;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;

import java.io.IOException;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Two notifiers of a plausible application: a registry, and a quota that rejects and fails. */
final class DemoNotifiers {

    /** A worker of this task queue is rejected. */
    static final String FULL = "reports-full";

    /** A worker on this node makes the quota fail. */
    static final String BROKEN = "broken-node";

    private DemoNotifiers() {}

    /** The jar that a service loads. */
    static NotifierJar jar() throws IOException {
        return NotifierJar.of(
                Configuration.class, Registry.class, Quota.class, DemoNotifiers.class);
    }

    /** Makes them beans of the service. */
    @AutoConfiguration
    static final class Configuration {

        @Bean("worker-registry")
        @Order(1)
        ConnectionNotifier registry() {
            return new Registry();
        }

        @Bean("billing-quota")
        @Order(2)
        ConnectionNotifier quota() {
            return new Quota();
        }
    }

    /** Takes everybody. */
    static final class Registry implements ConnectionNotifier {

        private final Set<Long> held = ConcurrentHashMap.newKeySet();

        @Override
        public void onWorkerRegistered(long pid, WorkerRegistration registration) {
            held.add(pid);
        }

        @Override
        public void onWorkerUnregistered(long pid) {
            held.remove(pid);
        }
    }

    /** Takes all but a few. */
    static final class Quota implements ConnectionNotifier {

        @Override
        public void onWorkerRegistered(long pid, WorkerRegistration registration) {
            if (registration.taskQueue().equals(FULL)) {
                throw new RegistrationRejectedException("the quota of reports is used up");
            }
            if (Objects.equals(registration.node(), BROKEN)) {
                throw new IllegalStateException("the database does not answer");
            }
        }

        @Override
        public void onWorkerUnregistered(long pid) {}
    }
}
