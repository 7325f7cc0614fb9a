package dev.frontdoor.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.AppenderBase;

import io.micrometer.core.instrument.MockClock;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** Log lines wait for the console in a bounded queue, and their writers do not. */
@Timeout(60)
class ConsoleQueueTests {

    private static final long TEN_LINES = 10 * 600;
    private static final Duration LONG = Duration.ofMinutes(1);

    private final LoggerContext logback = new LoggerContext();
    private final Logger log = logback.getLogger("test");
    private final MockClock clock = new MockClock();
    private final FakeConsole console = new FakeConsole();

    ConsoleQueueTests() {
        logback.setMDCAdapter(new LogbackMDCAdapter());
        console.setName("CONSOLE");
        console.setContext(logback);
        console.start();
        log.setAdditive(false);
    }

    @AfterEach
    void release() {
        console.unblock();
        logback.stop();
    }

    @Test
    void linesAreWrittenInOrderOnAThreadOfTheirOwn() {
        ConsoleQueue queue = install(Long.MAX_VALUE, LONG);
        IntStream.range(0, 1000).forEach(i -> log.info("line {}", i));
        queue.stop();

        assertThat(console.messages())
                .isEqualTo(IntStream.range(0, 1000).mapToObj(i -> "line " + i).toList());
        assertThat(console.threads).containsOnly("console-writer");
        assertThat(queue.dropped()).isZero();
    }

    @Test
    void lineKeepsTheThreadTheMessageAndTheFieldsOfItsWriter() {
        ConsoleQueue queue = install(Long.MAX_VALUE, LONG);
        StringBuilder changing = new StringBuilder("before");
        logback.getMDCAdapter().put("pid", "7");
        console.block();
        log.info("{}", changing);
        changing.replace(0, 6, "after");
        logback.getMDCAdapter().clear();
        console.unblock();
        queue.stop();

        ILoggingEvent line = console.lines.getFirst();
        assertThat(line.getFormattedMessage()).isEqualTo("before");
        assertThat(line.getMDCPropertyMap()).containsEntry("pid", "7");
        assertThat(line.getThreadName()).isEqualTo(Thread.currentThread().getName());
    }

    @Test
    void fullQueueDropsLinesAndItsWritersGoOn() {
        ConsoleQueue queue = install(TEN_LINES, LONG);
        console.block();
        IntStream.range(0, 1000).forEach(i -> log.info("line {}", i));

        assertThat(queue.dropped()).isBetween(985L, 995L);
        long dropped = queue.dropped();
        console.unblock();
        queue.stop();
        assertThat(console.messages())
                .filteredOn(message -> message.startsWith("line"))
                .hasSize((int) (1000 - dropped));
    }

    @Test
    void longLinesFillTheQueueSooner() {
        ConsoleQueue queue = install(TEN_LINES, LONG);
        console.block();
        log.info("x".repeat((int) TEN_LINES - 600));
        log.info("x".repeat(600));

        assertThat(queue.dropped()).isEqualTo(1);
    }

    @Test
    void stackTracesFillTheQueueSooner() {
        ConsoleQueue queue = install(TEN_LINES, LONG);
        console.block();
        IntStream.range(0, 8).forEach(_ -> log.error("failed", new IllegalStateException()));

        assertThat(queue.dropped()).isPositive();
    }

    @Test
    void numberOfDroppedLinesIsLoggedOnceTheConsoleTakesLinesAgain() {
        ConsoleQueue queue = install(TEN_LINES, LONG);
        console.block();
        IntStream.range(0, 100).forEach(i -> log.info("line {}", i));
        long dropped = queue.dropped();
        console.unblock();
        console.awaitReports(1);

        ILoggingEvent report = console.reports().getFirst();
        assertThat(report.getLevel()).isEqualTo(Level.WARN);
        assertThat(report.getFormattedMessage())
                .isEqualTo(
                        dropped
                                + " log lines were dropped because the console did not take them"
                                + " in time");
        assertThat(report.getLoggerName()).isEqualTo(ConsoleQueue.class.getName());
        queue.stop();
        assertThat(console.reports()).hasSize(1);
        assertThat(queue.dropped()).isEqualTo(dropped);
    }

    @Test
    void slowConsoleIsReportedAtIntervals() {
        ConsoleQueue queue = install(TEN_LINES, LONG);
        console.block();
        IntStream.range(0, 100).forEach(i -> log.info("line {}", i));
        console.letThrough(2);
        console.awaitReports(1);
        IntStream.range(0, 100).forEach(i -> log.info("line {}", i));
        console.letThrough(2);
        console.awaitLines(4);
        assertThat(console.reports()).hasSize(1);

        clock.add(Duration.ofSeconds(10));
        console.letThrough(2);
        console.awaitReports(2);
        console.unblock();
        queue.stop();
        assertThat(console.reports().stream().mapToLong(ConsoleQueueTests::count).sum())
                .isEqualTo(queue.dropped());
    }

    @Test
    void stopDoesNotWaitForABlockedConsole() {
        ConsoleQueue queue = install(TEN_LINES, Duration.ofMillis(50));
        console.block();
        log.info("stuck");
        queue.stop();

        assertThat(console.isStarted()).isTrue();
        assertThat(queue.isStarted()).isFalse();
    }

    @Test
    void stopStopsTheConsole() {
        install(TEN_LINES, LONG).stop();

        assertThat(console.isStarted()).isFalse();
    }

    @Test
    void failureOfTheConsoleLosesOneLine() {
        ConsoleQueue queue = install(TEN_LINES, LONG);
        console.failNext = true;
        log.info("lost");
        log.info("written");
        queue.stop();

        assertThat(console.messages()).contains("written").doesNotContain("lost");
        assertThat(queue.dropped()).isEqualTo(1);
    }

    private ConsoleQueue install(long maxSize, Duration flushTimeout) {
        ConsoleQueue queue = new ConsoleQueue(console, maxSize, flushTimeout, clock);
        queue.start();
        log.addAppender(queue);
        return queue;
    }

    private static long count(ILoggingEvent report) {
        return Long.parseLong(report.getFormattedMessage().split(" ", 2)[0]);
    }

    /** A console that a test can block. */
    private static final class FakeConsole extends AppenderBase<ILoggingEvent> {

        private final List<ILoggingEvent> lines = Collections.synchronizedList(new ArrayList<>());
        private final List<String> threads = Collections.synchronizedList(new ArrayList<>());
        private final Semaphore permits = new Semaphore(0);
        private volatile boolean blocking;
        volatile boolean failNext;

        void block() {
            blocking = true;
        }

        void letThrough(int lines) {
            permits.release(lines);
        }

        void unblock() {
            blocking = false;
            permits.release(Integer.MAX_VALUE / 2);
        }

        List<String> messages() {
            return List.copyOf(lines).stream().map(ILoggingEvent::getFormattedMessage).toList();
        }

        List<ILoggingEvent> reports() {
            return List.copyOf(lines).stream()
                    .filter(line -> line.getFormattedMessage().contains("were dropped"))
                    .toList();
        }

        void awaitLines(int count) {
            await().atMost(30, TimeUnit.SECONDS).until(() -> lines.size() >= count);
        }

        void awaitReports(int count) {
            await().atMost(30, TimeUnit.SECONDS).until(() -> reports().size() >= count);
        }

        @Override
        public synchronized void doAppend(ILoggingEvent line) {
            if (blocking) {
                permits.acquireUninterruptibly();
            }
            if (failNext) {
                failNext = false;
                throw new IllegalStateException("cannot write");
            }
            super.doAppend(line);
        }

        @Override
        protected void append(ILoggingEvent line) {
            threads.add(Thread.currentThread().getName());
            lines.add(line);
        }
    }
}
