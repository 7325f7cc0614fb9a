package dev.frontdoor.actuate;

import dev.frontdoor.event.Event;
import dev.frontdoor.event.EventLog;
import dev.frontdoor.event.RecordedEvent;
import dev.frontdoor.notifier.DisplayText;
import dev.frontdoor.notifier.WorkerFilter;
import dev.frontdoor.protocol.WorkerRegistration;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The latest rejections, among the events that are kept. */
@Endpoint(id = "rejections")
public final class RejectionsEndpoint {

    /** Events that are read from the log at once. */
    private static final int BATCH = 500;

    private final EventLog log;

    RejectionsEndpoint(EventLog log) {
        this.log = log;
    }

    /**
     * Returns the latest rejections, newest first.
     *
     * @param identity a glob for the identity that the worker declared; null matches all
     * @param limit maximum number of rejections, 1 to 1000; null means 100
     */
    @ReadOperation
    public RejectionsDescriptor rejections(@Nullable String identity, @Nullable String limit) {
        int rows = ParameterValues.limit(limit);
        String glob = identity == null ? null : DisplayText.truncate(identity);
        WorkerFilter filter =
                ParameterValues.valid(() -> new WorkerFilter(null, null, null, null, glob));
        List<RejectionDescriptor> rejections = new ArrayList<>();
        long before = Long.MAX_VALUE;
        while (rejections.size() < rows) {
            List<RecordedEvent> events = log.before(before, BATCH);
            if (events.isEmpty()) {
                break;
            }
            before = events.getLast().sequence();
            for (RecordedEvent recorded : events) {
                if (rejections.size() < rows
                        && recorded.event() instanceof Event.Rejected rejected
                        && filter.matches(declared(rejected.identity()))) {
                    rejections.add(RejectionDescriptor.of(recorded.at(), rejected));
                }
            }
        }
        return new RejectionsDescriptor(rejections);
    }

    private static WorkerRegistration declared(String identity) {
        return new WorkerRegistration(List.of(), "", null, List.of(), identity, List.of());
    }

    /**
     * The latest rejections.
     *
     * @param rejections newest first
     */
    public record RejectionsDescriptor(List<RejectionDescriptor> rejections) {}

    /**
     * One rejection.
     *
     * @param outcome how it is counted: {@code rejected}, {@code deferred}, {@code failed}, {@code
     *     timeout} or {@code unmatched}
     * @param reason what the worker is told
     */
    public record RejectionDescriptor(
            Instant at,
            long pid,
            String identity,
            String remoteAddress,
            String outcome,
            String reason) {

        private static RejectionDescriptor of(Instant at, Event.Rejected rejected) {
            return new RejectionDescriptor(
                    at,
                    rejected.pid(),
                    rejected.identity(),
                    rejected.remoteAddress(),
                    rejected.outcome(),
                    rejected.reason());
        }
    }
}
