package dev.frontdoor.audit;

import dev.frontdoor.notifier.ConnectionFacts;
import dev.frontdoor.notifier.ConnectionNotifier;
import dev.frontdoor.notifier.DisplayText;
import dev.frontdoor.notifier.Principal;
import dev.frontdoor.protocol.WorkerRegistration;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.MDC;
import org.slf4j.spi.LoggingEventBuilder;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongFunction;

/**
 * Logs one line at INFO for each registered worker and for each end. What a worker declared is in
 * key-values, for logs that keep them, and in the message, which is always one line. Long texts and
 * lists are truncated, and escaped.
 */
final class AuditNotifier implements ConnectionNotifier {

    private static final String PID = "pid";
    private static final String IDENTITY = "identity";

    private final Logger log;
    private final LongFunction<Optional<ConnectionFacts>> connections;
    private final Map<Long, WorkerRegistration> registered = new ConcurrentHashMap<>();

    /**
     * Knows no worker yet.
     *
     * @param log receives the lines
     * @param connections what is known of a pid
     */
    AuditNotifier(Logger log, LongFunction<Optional<ConnectionFacts>> connections) {
        this.log = log;
        this.connections = connections;
    }

    @Override
    public void onWorkerRegistered(long pid, WorkerRegistration registration) {
        registered.put(pid, registration);
        write("registered", pid, registration);
    }

    @Override
    public void onWorkerUnregistered(long pid) {
        write("unregistered", pid, registered.remove(pid));
    }

    /** The fields of the line replace those of the logging context: in JSON a name is unique. */
    private void write(String event, long pid, @Nullable WorkerRegistration registration) {
        Map<String, String> outer = MDC.getCopyOfContextMap();
        MDC.remove(PID);
        MDC.remove(IDENTITY);
        try {
            LoggingEventBuilder line =
                    log.atInfo().addKeyValue("event", event).addKeyValue(PID, pid);
            if (registration == null) {
                line.log("pid {}: worker {}", pid, event);
            } else {
                write(line, event, pid, registration);
            }
        } finally {
            if (outer != null) {
                MDC.setContextMap(outer);
            }
        }
    }

    private @Nullable String principalOf(long pid) {
        Principal principal = connections.apply(pid).map(ConnectionFacts::principal).orElse(null);
        return principal == null ? null : DisplayText.of(principal.name());
    }

    private void write(
            LoggingEventBuilder line, String event, long pid, WorkerRegistration registration) {
        String identity = DisplayText.of(registration.identity());
        List<String> namespaces = DisplayText.of(registration.namespaces());
        String taskQueue = DisplayText.of(registration.taskQueue());
        String declared = registration.node();
        String node = declared == null ? null : DisplayText.of(declared);
        List<String> activityTypes = DisplayText.of(registration.activityTypes());
        String principal = principalOf(pid);
        (principal == null ? line : line.addKeyValue("principal", principal))
                .addKeyValue(IDENTITY, identity)
                .addKeyValue("namespaces", namespaces)
                .addKeyValue("taskQueue", taskQueue)
                .addKeyValue("node", node)
                .addKeyValue("activityTypes", activityTypes)
                .log(
                        "pid {}: worker '{}'{} {}, namespaces {}, task queue '{}', node {}, activity"
                                + " types {}",
                        pid,
                        identity,
                        principal == null ? "" : " of principal '" + principal + "'",
                        event,
                        namespaces,
                        taskQueue,
                        node == null ? "none" : "'" + node + "'",
                        activityTypes);
    }
}
