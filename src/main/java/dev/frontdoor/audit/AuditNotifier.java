package dev.frontdoor.audit;

import dev.frontdoor.notifier.ConnectionNotifier;
import dev.frontdoor.notifier.DisplayText;
import dev.frontdoor.protocol.WorkerRegistration;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.MDC;
import org.slf4j.spi.LoggingEventBuilder;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Logs one line at INFO for each registered worker and for each end. What a worker declared is in
 * key-values, for logs that keep them, and in the message, which is always one line. Long texts and
 * lists are truncated, and escaped.
 */
final class AuditNotifier implements ConnectionNotifier {

    private static final String PID = "pid";
    private static final String IDENTITY = "identity";

    private final Logger log;
    private final Map<Long, WorkerRegistration> registered = new ConcurrentHashMap<>();

    /**
     * Knows no worker yet.
     *
     * @param log receives the lines
     */
    AuditNotifier(Logger log) {
        this.log = log;
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

    private static void write(
            LoggingEventBuilder line, String event, long pid, WorkerRegistration registration) {
        String identity = DisplayText.of(registration.identity());
        List<String> namespaces = DisplayText.of(registration.namespaces());
        String taskQueue = DisplayText.of(registration.taskQueue());
        String declared = registration.node();
        String node = declared == null ? null : DisplayText.of(declared);
        List<String> activityTypes = DisplayText.of(registration.activityTypes());
        line.addKeyValue(IDENTITY, identity)
                .addKeyValue("namespaces", namespaces)
                .addKeyValue("taskQueue", taskQueue)
                .addKeyValue("node", node)
                .addKeyValue("activityTypes", activityTypes)
                .log(
                        "pid {}: worker '{}' {}, namespaces {}, task queue '{}', node {}, activity"
                                + " types {}",
                        pid,
                        identity,
                        event,
                        namespaces,
                        taskQueue,
                        node == null ? "none" : "'" + node + "'",
                        activityTypes);
    }
}
