package dev.frontdoor.invocation.thread;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.stream.IntStream;

class PooledThreadTests {

    private static final Runnable ONE = new Thread("one");
    private static final Runnable OTHER = new Thread("other");

    private final PooledThread thread = new PooledThread(new PlatformThreads("test", 1));

    @Test
    void aThreadIsSuperfluousOnceItHasLookedFiftyTimesInVain() {
        assertThat(IntStream.range(0, 49).filter(_ -> thread.isSuperfluous(null))).isEmpty();
        assertThat(thread.isSuperfluous(null)).isTrue();

        assertThat(thread.isSuperfluous(ONE)).isFalse();
        assertThat(IntStream.range(0, 49).filter(_ -> thread.isSuperfluous(null))).isEmpty();
    }

    @Test
    void aTaskIsSeenIfItWasTheFirstAtTheLookBefore() {
        assertThat(thread.hasSeen(ONE)).isFalse();
        assertThat(thread.hasSeen(OTHER)).isFalse();
        assertThat(thread.hasSeen(OTHER)).isTrue();
        assertThat(thread.hasSeen(OTHER)).as("it was taken in between").isFalse();
    }
}
