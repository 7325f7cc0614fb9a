package dev.frontdoor.push;

import dev.frontdoor.notifier.DisplayText;
import dev.frontdoor.notifier.PushException;
import dev.frontdoor.notifier.PushException.Reason;
import dev.frontdoor.notifier.PushRefusal;

import org.springframework.util.unit.DataSize;

import java.time.Duration;

/** The exceptions of pushes, with their sentences. */
final class PushFailures {

    private PushFailures() {}

    static PushException unknown(long pid) {
        return new PushException(
                Reason.UNKNOWN_PID, "no worker is registered with pid %s".formatted(pid));
    }

    static PushException notYetRegistered(long pid) {
        return new PushException(
                Reason.NOT_YET_REGISTERED,
                "the registration of pid %s is still being decided".formatted(pid));
    }

    static PushException tooLarge(int size, DataSize limit) {
        return new PushException(
                Reason.PAYLOAD_TOO_LARGE,
                "the payload of %s bytes exceeds frontdoor.pushes.max-payload-size (%s)"
                        .formatted(size, limit));
    }

    static PushException tooManyPending(long pid, int max) {
        return new PushException(
                Reason.TOO_MANY_PENDING,
                "pid %s already has %s pending pushes, the maximum".formatted(pid, max));
    }

    static PushException outboundFull(long pid) {
        return new PushException(
                Reason.OUTBOUND_FULL,
                "pid %s or all workers left too much unread; no room in frontdoor.limits.max-outbound-bytes or max-unread-bytes"
                        .formatted(pid));
    }

    static PushException evicting(long pid) {
        return new PushException(
                Reason.EVICTING,
                "pid %s is about to be closed, so it gets no more pushes".formatted(pid));
    }

    static PushException expired(long pid, Duration timeLimit) {
        return new PushException(
                Reason.EXPIRED, "pid %s did not reply within %s".formatted(pid, timeLimit));
    }

    static PushException disconnected(long pid) {
        return new PushException(
                Reason.DISCONNECTED,
                "the connection of pid %s ended before the reply".formatted(pid));
    }

    static PushException rejected(long pid) {
        return new PushException(
                Reason.REJECTED,
                "the registration of pid %s that the push waited for was rejected".formatted(pid));
    }

    static PushException refused(long pid, PushRefusal refusal) {
        return new PushException(
                refusal,
                "pid %s refused the push as %s: %s"
                        .formatted(pid, refusal.code().label(), DisplayText.of(refusal.words())));
    }
}
