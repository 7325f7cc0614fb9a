package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;

import dev.frontdoor.notifier.RegistrationRejectedException;
import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.ScriptedNotifier;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.TestApplication;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Qualifier;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Whose each log line is, by its fields, whatever its text. */
@FrontDoorTest
class LogFieldsIntegrationTests {

    private final ServerUnderTest server;
    private final ScriptedNotifier firstNotifier;
    private final Lines lines = new Lines();
    private final Logger logger = (Logger) LoggerFactory.getLogger("dev.frontdoor");
    private Level level = Level.INFO;

    LogFieldsIntegrationTests(
            ServerUnderTest server,
            @Qualifier(TestApplication.FIRST) ScriptedNotifier firstNotifier) {
        this.server = server;
        this.firstNotifier = firstNotifier;
    }

    /** Keeps what is logged, with the fields it was logged with. */
    private static final class Lines extends AppenderBase<ILoggingEvent> {

        private final Queue<ILoggingEvent> all = new ConcurrentLinkedQueue<>();

        @Override
        protected void append(ILoggingEvent line) {
            line.getMDCPropertyMap();
            all.add(line);
        }

        List<ILoggingEvent> of(long pid) {
            String start = "pid %d: ".formatted(pid);
            return all.stream()
                    .filter(line -> line.getFormattedMessage().startsWith(start))
                    .toList();
        }
    }

    @BeforeEach
    void listen() {
        level = logger.getEffectiveLevel();
        logger.setLevel(Level.DEBUG);
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(lines);
        logger.setLevel(level);
        server.expectNobody();
    }

    @Test
    void everyLineOfAWorkerSinceItWasRegisteredHasItsPidAndIdentity() throws Exception {
        String identity = server.newIdentity();
        try (TestWorker worker = server.register(identity)) {
            worker.expectNothing();
            worker.sendText("hello");
            worker.expectClose(1003);
        }
        server.expectNobody();
        long pid = firstNotifier.pidOf(identity);
        List<ILoggingEvent> its = lines.of(pid);
        assertThat(its)
                .extracting(ILoggingEvent::getFormattedMessage)
                .anyMatch(message -> message.contains("registration of"))
                .anyMatch(message -> message.contains("received PING"))
                .anyMatch(message -> message.contains("with code 1003"))
                .anyMatch(message -> message.contains("disconnected: code 1003"))
                .anyMatch(message -> message.contains("every holder was told"));
        assertThat(its)
                .allSatisfy(line ->
                        assertThat(line.getMDCPropertyMap())
                                .containsEntry("pid", Long.toString(pid)));
        assertThat(
                        its.stream()
                                .dropWhile(line ->
                                        !line.getFormattedMessage()
                                                .contains("sending WORKER_REGISTER_ACK")))
                .hasSizeGreaterThan(4)
                .allSatisfy(line ->
                        assertThat(line.getMDCPropertyMap())
                                .as(line.getFormattedMessage())
                                .containsEntry("identity", identity));
    }

    @Test
    void linesAboutNotifiersThatFailHaveThemToo() throws Exception {
        String identity = server.newIdentity();
        firstNotifier.about(
                identity,
                (_, _) -> {
                    throw new IllegalStateException("broken");
                });
        try (TestWorker worker = server.connect()) {
            assertThat(worker.register(TestWorker.registration(identity)))
                    .isEqualTo(WorkerRegisterAck.rejected("notifier 'first' failed"));
        }
        server.expectNobody();
        assertThat(lines.of(firstNotifier.pidOf(identity)))
                .filteredOn(line -> line.getLevel() == Level.ERROR)
                .singleElement()
                .satisfies(line ->
                        assertThat(line.getMDCPropertyMap()).containsEntry("identity", identity));
    }

    @Test
    void noThreadKeepsTheFieldsOfAWorker() throws Exception {
        String rejected = server.newIdentity();
        firstNotifier.about(
                rejected,
                (_, _) -> {
                    throw new RegistrationRejectedException("no");
                });
        try (TestWorker _ = server.register(server.newIdentity());
                TestWorker worker = server.connect()) {
            worker.register(TestWorker.registration(rejected));
            worker.sendText("hello");
            worker.expectClose(1003);
        }
        server.expectNobody();
        long pid = firstNotifier.pidOf(rejected);
        assertThat(lines.all)
                .filteredOn(line -> line.getMDCPropertyMap().containsKey("pid"))
                .allSatisfy(line ->
                        assertThat(line.getFormattedMessage())
                                .startsWith(
                                        "pid %s: ".formatted(line.getMDCPropertyMap().get("pid"))));
        assertThat(lines.of(pid))
                .filteredOn(line -> line.getFormattedMessage().contains("with code 1003"))
                .singleElement()
                .satisfies(
                        line -> assertThat(line.getMDCPropertyMap()).doesNotContainKey("identity"));
    }
}
