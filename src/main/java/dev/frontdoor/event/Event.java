package dev.frontdoor.event;

import com.fasterxml.jackson.annotation.JsonUnwrapped;

import dev.frontdoor.notifier.DisplayText;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * Something that happened. The components are the fields of its JSON. Texts of workers and
 * notifiers are truncated.
 */
public sealed interface Event {

    /** What happened, as operators select it. */
    String type();

    /** About how many bytes it takes up on the heap. */
    int size();

    /** A registration was accepted, be it the first of its connection or a later one. */
    record Admitted(@JsonUnwrapped WorkerEntry worker) implements Event {

        @Override
        public String type() {
            return "admitted";
        }

        @Override
        public int size() {
            return worker.size();
        }
    }

    /**
     * A registration was rejected. An earlier one of the connection stays in force.
     *
     * @param outcome how it is counted
     * @param reason what the worker is told
     */
    record Rejected(long pid, String identity, String remoteAddress, String outcome, String reason)
            implements Event {

        /** Truncates the texts. */
        public Rejected {
            identity = DisplayText.truncate(identity);
            reason = DisplayText.truncate(reason);
        }

        @Override
        public String type() {
            return "rejected";
        }

        @Override
        public int size() {
            return sizeOf(identity) + sizeOf(remoteAddress) + sizeOf(reason);
        }
    }

    /**
     * A connection has ended.
     *
     * @param worker who it was
     */
    record Departed(@JsonUnwrapped WorkerEntry worker, DepartureEntry departure) implements Event {

        @Override
        public String type() {
            return "departed";
        }

        @Override
        public int size() {
            return worker.size() + sizeOf(departure.reason());
        }
    }

    /**
     * A worker is being closed because a newer one has its identity.
     *
     * @param pid the older connection
     * @param replacedBy the newer connection
     */
    record Replaced(long pid, String identity, long replacedBy) implements Event {

        /** Truncates the identity. */
        public Replaced {
            identity = DisplayText.truncate(identity);
        }

        @Override
        public String type() {
            return "replaced";
        }

        @Override
        public int size() {
            return sizeOf(identity);
        }
    }

    /**
     * A worker is being closed by an eviction.
     *
     * @param eviction its number
     * @param code the close code
     * @param by who asked for it
     */
    record Evicted(long pid, long eviction, int code, String by) implements Event {

        @Override
        public String type() {
            return "evicted";
        }

        /** The evicted workers share the text. */
        @Override
        public int size() {
            return 0;
        }
    }

    /**
     * A drain has begun, is over, or was canceled.
     *
     * @param state what the service is doing now
     * @param remaining open connections
     * @param deadline when the last of them is closed; null without a drain
     * @param by who asked for that; null if the drain is over
     */
    record Drain(String state, int remaining, @Nullable Instant deadline, @Nullable String by)
            implements Event {

        @Override
        public String type() {
            return "drain";
        }

        @Override
        public int size() {
            return sizeOf(state) + (by == null ? 0 : sizeOf(by));
        }
    }

    /**
     * An operator has changed something on the management port.
     *
     * @param by who it was
     * @param remoteAddress where the request came from
     * @param path what it was about, with the query
     * @param status of the response
     */
    record Changed(String by, String remoteAddress, String method, String path, int status)
            implements Event {

        /** Truncates the path. */
        public Changed {
            path = DisplayText.truncate(path);
        }

        @Override
        public String type() {
            return "changed";
        }

        @Override
        public int size() {
            return sizeOf(by) + sizeOf(remoteAddress) + sizeOf(path);
        }
    }

    /**
     * Health reports a notifier as down.
     *
     * @param notifier its bean name
     */
    record NotifierDown(String notifier, String reason) implements Event {

        @Override
        public String type() {
            return "notifier-down";
        }

        @Override
        public int size() {
            return sizeOf(notifier) + sizeOf(reason);
        }
    }

    /** Health no longer reports a notifier as down. */
    record NotifierUp(String notifier) implements Event {

        @Override
        public String type() {
            return "notifier-up";
        }

        @Override
        public int size() {
            return sizeOf(notifier);
        }
    }

    private static int sizeOf(String text) {
        return 2 * text.length();
    }
}
