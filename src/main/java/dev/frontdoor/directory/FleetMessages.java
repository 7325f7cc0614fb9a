package dev.frontdoor.directory;

import dev.frontdoor.directory.FleetMetrics.Refusal;
import dev.frontdoor.logging.RepeatedLines;
import dev.frontdoor.logging.RepeatedLines.Kind;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks the messages to this instance, and hands them on. Used by the thread of the inbox. */
final class FleetMessages {

    private static final Logger log = LoggerFactory.getLogger(FleetMessages.class);

    private final String own;
    private final FleetKey key;
    private final RedisClock redisClock;
    private final RemoteActions remote;
    private final ServedActions served;
    private final RepeatedLines lines;
    private final FleetMetrics metrics;

    FleetMessages(
            String own,
            FleetKey key,
            RedisClock redisClock,
            RemoteActions remote,
            ServedActions served,
            RepeatedLines lines,
            FleetMetrics metrics) {
        this.own = own;
        this.key = key;
        this.redisClock = redisClock;
        this.remote = remote;
        this.served = served;
        this.lines = lines;
        this.metrics = metrics;
    }

    /** Takes a message. */
    void receive(byte[] bytes) {
        int length = key.verify(bytes);
        Refusal refusal = length < 0 ? Refusal.SIGNATURE : receive(bytes, length);
        if (refusal != null) {
            metrics.refused(refusal);
        }
        if (refusal != null && !refusal.isOrdinary()) {
            lines.log(
                    Kind.FAULT,
                    "messages of other instances that are ignored",
                    refusal.label(),
                    () ->
                            log.warn(
                                    "a message of {} bytes to this instance is ignored: {}",
                                    bytes.length,
                                    refusal.label()));
        }
    }

    private @Nullable Refusal receive(byte[] bytes, int length) {
        FleetMessage message;
        try {
            message = MessageReader.read(bytes, length);
        } catch (IllegalArgumentException _) {
            return Refusal.MALFORMED;
        }
        if (!message.to().equals(own)) {
            return Refusal.ADDRESS;
        }
        if (message.deadline() < redisClock.now()) {
            return Refusal.LATE;
        }
        return switch (message.body()) {
            case FleetAction action -> served.serve(message, action) ? null : Refusal.REPEATED;
            case FleetOutcome outcome -> remote.answered(message, outcome) ? null : Refusal.LATE;
            case FleetMessage.Cancel _ -> {
                served.cancel(message);
                yield null;
            }
        };
    }
}
