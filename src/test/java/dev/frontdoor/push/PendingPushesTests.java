package dev.frontdoor.push;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.notifier.PushException;
import dev.frontdoor.push.PushMetrics.Outcome;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What it takes to find one of many pending pushes. */
class PendingPushesTests {

    private static final int MANY = 1000;

    @AutoClose private final PushFixture fixture = new PushFixture(MANY);
    private final PushedWorker worker = fixture.registered();
    private final PendingPushes pending = new PendingPushes();
    private int comparisons;

    @Test
    void pushIsFoundWithoutALookAtTheOthers() {
        for (int id = 1; id <= MANY; id++) {
            assertThat(pending.add(new Counted(id), MANY)).isTrue();
        }
        Counted last = new Counted(MANY + 1);
        assertThat(pending.add(last, MANY + 1)).isTrue();
        assertThat(pending.contains(last)).isTrue();
        assertThat(pending.remove(worker.pid(), MANY + 1)).isSameAs(last);
        assertThat(pending.contains(last)).isFalse();
        assertThat(comparisons).isLessThan(10);
    }

    /** Counts the comparisons with it. */
    private final class Counted extends PendingPush {

        Counted(long correlationId) {
            super(worker, correlationId);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            comparisons++;
            return this == other;
        }

        @Override
        public int hashCode() {
            return Long.hashCode(correlationId);
        }

        @Override
        boolean isAwaited() {
            return false;
        }

        @Override
        void replied(byte[] payload) {
            throw new AssertionError();
        }

        @Override
        void failed(Outcome outcome, PushException why) {
            throw new AssertionError();
        }
    }
}
