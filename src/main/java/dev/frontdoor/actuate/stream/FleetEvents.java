package dev.frontdoor.actuate.stream;

import dev.frontdoor.actuate.FleetWorkerDescriptor;
import dev.frontdoor.actuate.access.Operator;
import dev.frontdoor.notifier.Fleet;
import dev.frontdoor.notifier.FleetChange;

import io.micrometer.core.instrument.Clock;

import org.jspecify.annotations.Nullable;

import reactor.adapter.JdkFlowAdapter;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * The stream of the fleet's changes. It begins now. Once changes are missing, because the reader is
 * too slow or because they were lost on their way, it ends with an event that says so.
 */
final class FleetEvents {

    private final Fleet fleet;
    private final EventText text;
    private final Duration commentInterval;
    private final Clock clock;

    /**
     * Streams of a fleet.
     *
     * @param commentInterval time between two comments
     */
    FleetEvents(Fleet fleet, EventText text, Duration commentInterval, Clock clock) {
        this.fleet = fleet;
        this.text = text;
        this.commentInterval = commentInterval;
        this.clock = clock;
    }

    /**
     * The texts for one reader. They end, and say why, when its credentials no longer count.
     *
     * @param stopping ends the stream
     */
    Flux<String> open(Operator operator, Mono<?> stopping) {
        return Flux.defer(() -> {
            Gaps gaps = new Gaps();
            Flux<String> changes =
                    JdkFlowAdapter.flowPublisherToFlux(fleet.stream())
                            .map(change -> gaps.missedBy(change) ? lagged(change) : event(change))
                            .takeUntil(_ -> gaps.found)
                            .onErrorResume(failure ->
                                    Mono.just(
                                            text.fleetLagged(
                                                    String.valueOf(failure.getMessage()))));
            Flux<String> comments =
                    Flux.interval(commentInterval).onBackpressureDrop().map(_ -> EventText.COMMENT);
            Flux<String> all =
                    changes.publish(shared ->
                            Flux.merge(shared, comments.takeUntilOther(shared.ignoreElements())));
            Flux<?> lapse =
                    Flux.interval(EventStreams.LAPSE_INTERVAL)
                            .onBackpressureDrop()
                            .filter(_ -> operator.lapse(clock.wallTime()) != null);
            return Flux.concat(
                    Mono.fromSupplier(text::fleetOpened),
                    all.takeUntilOther(stopping).takeUntilOther(lapse),
                    Mono.defer(() -> unauthorized(operator)));
        });
    }

    private Mono<String> unauthorized(Operator operator) {
        return Mono.justOrEmpty(operator.lapse(clock.wallTime())).map(text::unauthorized);
    }

    private String event(FleetChange change) {
        return text.fleetChange(
                change.kind().label(),
                new Body(
                        change.instance(),
                        change.epoch(),
                        change.sequence(),
                        FleetWorkerDescriptor.of(change.worker())));
    }

    private String lagged(FleetChange change) {
        return text.fleetLagged(
                "changes of instance %s before %s are missing"
                        .formatted(change.instance(), change.sequence()));
    }

    /** The JSON of a change. */
    record Body(String instance, long epoch, long sequence, FleetWorkerDescriptor worker) {}

    /** Notices missing numbers. */
    private static final class Gaps {

        private final Map<String, Long> last = new HashMap<>();
        private boolean found;

        boolean missedBy(FleetChange change) {
            @Nullable Long before =
                    last.put(change.instance() + "/" + change.epoch(), change.sequence());
            found = before != null && change.sequence() != before + 1;
            return found;
        }
    }
}
