package dev.frontdoor.connection;

import dev.frontdoor.notifier.Departure;
import dev.frontdoor.notifier.Departure.Initiator;
import dev.frontdoor.registration.CloseCause;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * How a connection ended.
 *
 * @param code the close code of whoever ended it; 1005 if a worker's close had none, 1006 if the
 *     connection broke without a close
 * @param initiator who ended it
 * @param reason the close reason, or what broke
 */
record ConnectionEnd(int code, Initiator initiator, String reason) {

    /** The code of a connection that broke. */
    static final int BROKEN_CODE = 1006;

    /** The code of a worker that leaves as planned. */
    static final int NORMAL_CODE = 1000;

    /** The end of a worker that has sent Disconnect. */
    static final ConnectionEnd DISCONNECT = byWorker(NORMAL_CODE, "Disconnect");

    private static final int GOING_AWAY_CODE = 1001;
    private static final int INTERNAL_ERROR_CODE = 1011;

    static ConnectionEnd byWorker(int code, String reason) {
        return new ConnectionEnd(code, Initiator.WORKER, reason);
    }

    static ConnectionEnd byService(CloseCause cause, String reason) {
        Initiator initiator =
                switch (cause) {
                    case DISCONNECTED, EVICTED, MOVED -> Initiator.OPERATOR;
                    default -> Initiator.SERVICE;
                };
        return new ConnectionEnd(cause.code(), initiator, reason);
    }

    static ConnectionEnd broken(String how) {
        return new ConnectionEnd(BROKEN_CODE, Initiator.NETWORK, how);
    }

    /** The same for everyone to read. */
    Departure at(Instant endedAt) {
        return new Departure(code, initiator, reason, endedAt);
    }

    /** Whether the service ended it, for this cause. */
    boolean isOfService(CloseCause cause) {
        return initiator == Initiator.SERVICE && code == cause.code();
    }

    /** All values of the metric label. */
    static List<String> labels() {
        List<String> labels = new ArrayList<>();
        for (int code :
                new int[] {NORMAL_CODE, GOING_AWAY_CODE, INTERNAL_ERROR_CODE, 3000, 4000, 0}) {
            labels.add(byWorker(code, "").label());
        }
        labels.add(broken("").label());
        for (CloseCause cause : CloseCause.values()) {
            labels.add(byService(cause, "").label());
        }
        return labels;
    }

    /** The value of the metric label: one of few, whatever code a worker chooses. */
    String label() {
        return initiator == Initiator.WORKER ? workersLabel() : Integer.toString(code);
    }

    private String workersLabel() {
        return switch (code) {
            case NORMAL_CODE, GOING_AWAY_CODE, INTERNAL_ERROR_CODE -> Integer.toString(code);
            default ->
                    switch (code / 1000) {
                        case 3 -> "worker_3xxx";
                        case 4 -> "worker_4xxx";
                        default -> "other";
                    };
        };
    }
}
