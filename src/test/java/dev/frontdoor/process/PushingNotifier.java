package dev.frontdoor.process;

import dev.frontdoor.notifier.ConnectionNotifier;
import dev.frontdoor.notifier.Workers;
import dev.frontdoor.protocol.WorkerRegistration;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;

import java.time.Duration;

/** Pushes each publication back to its worker, as many times as its channel says. */
final class PushingNotifier implements ConnectionNotifier {

    private static final Duration PUSH_TIMEOUT = Duration.ofMinutes(2);

    private final Workers workers;

    private PushingNotifier(Workers workers) {
        this.workers = workers;
    }

    /** Makes it a bean of the service that its jar is dropped into. */
    @AutoConfiguration
    static final class Configuration {

        @Bean
        PushingNotifier pushingNotifier(Workers workers) {
            return new PushingNotifier(workers);
        }
    }

    @Override
    public void onWorkerRegistered(long pid, WorkerRegistration registration) {}

    @Override
    public void onWorkerUnregistered(long pid) {}

    @Override
    public boolean onChannelPublish(long pid, String channel, byte[] payload) {
        for (int i = 0; i < Integer.parseInt(channel); i++) {
            var _ = workers.push(pid, payload, PUSH_TIMEOUT);
        }
        return true;
    }
}
