package dev.frontdoor.audit;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;

import dev.frontdoor.notifier.ConnectionFacts;
import dev.frontdoor.notifier.Principal;
import dev.frontdoor.notifier.Traffic;
import dev.frontdoor.notifier.TransportKind;
import dev.frontdoor.notifier.Workers;
import dev.frontdoor.test.Registrations;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.ServiceContext;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;
import org.slf4j.event.KeyValuePair;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class AuditNotifierTests {

    private final ListAppender<ILoggingEvent> lines =
            new ListAppender<>() {
                @Override
                protected void append(ILoggingEvent line) {
                    line.prepareForDeferredProcessing();
                    super.append(line);
                }
            };
    private final Map<Long, ConnectionFacts> facts = new HashMap<>();
    private final AuditNotifier audit;

    AuditNotifierTests() {
        LoggerContext context = new LoggerContext();
        context.setMDCAdapter(MDC.getMDCAdapter());
        Logger log = context.getLogger("dev.frontdoor.audit");
        log.addAppender(lines);
        audit = new AuditNotifier(log, pid -> Optional.ofNullable(facts.get(pid)));
    }

    @BeforeEach
    void start() {
        lines.start();
    }

    @Test
    void aRegistrationIsOneLineWithWhatTheWorkerDeclared() {
        audit.onWorkerRegistered(
                7,
                Registrations.of("worker-7")
                        .namespaces("a", "b")
                        .node("n1")
                        .activityTypes("charge")
                        .build());

        assertThat(lines.list).hasSize(1);
        ILoggingEvent line = lines.list.getFirst();
        assertThat(line.getLevel()).isEqualTo(Level.INFO);
        assertThat(line.getFormattedMessage())
                .isEqualTo(
                        "pid 7: worker 'worker-7' registered, namespaces [a, b],"
                                + " task queue 'default', node 'n1', activity types [charge]");
        assertThat(line.getKeyValuePairs())
                .containsExactly(
                        new KeyValuePair("event", "registered"),
                        new KeyValuePair("pid", 7L),
                        new KeyValuePair("identity", "worker-7"),
                        new KeyValuePair("namespaces", List.of("a", "b")),
                        new KeyValuePair("taskQueue", "default"),
                        new KeyValuePair("node", "n1"),
                        new KeyValuePair("activityTypes", List.of("charge")));
    }

    @Test
    void principalIsInTheLine() {
        facts.put(
                7L,
                new ConnectionFacts(
                        "place/1",
                        7,
                        TransportKind.TCP,
                        "192.0.2.1:4711",
                        Instant.EPOCH,
                        new Principal("billing"),
                        null,
                        Map.of(),
                        Instant.EPOCH,
                        null,
                        new Traffic(0, 0),
                        new Traffic(0, 0),
                        Map.of(),
                        null));
        audit.onWorkerRegistered(7, TestWorker.registration("worker-7"));

        assertThat(lines.list.getFirst().getFormattedMessage())
                .startsWith("pid 7: worker 'worker-7' of principal 'billing' registered,");
        assertThat(lines.list.getFirst().getKeyValuePairs())
                .contains(new KeyValuePair("principal", "billing"));
    }

    @Test
    void anEndNamesTheWorkerThatWasThere() {
        audit.onWorkerRegistered(7, TestWorker.registration("first"));
        audit.onWorkerRegistered(7, TestWorker.registration("second"));
        audit.onWorkerUnregistered(7);

        assertThat(lines.list).hasSize(3);
        assertThat(lines.list.getLast().getFormattedMessage())
                .startsWith("pid 7: worker 'second' unregistered")
                .contains("node none");
        assertThat(lines.list.getLast().getKeyValuePairs())
                .contains(
                        new KeyValuePair("event", "unregistered"),
                        new KeyValuePair("identity", "second"));
    }

    @Test
    void aWorkerCannotForgeALine() {
        audit.onWorkerRegistered(
                7, Registrations.of("x\r\npid 8\u2028\u001b[31m\u202e{}").taskQueue("\n").build());

        assertThat(lines.list.getFirst().getFormattedMessage())
                .startsWith(
                        "pid 7: worker 'x\\u{d}\\u{a}pid 8\\u{2028}\\u{1b}[31m\\u{202e}{}'"
                                + " registered")
                .contains("task queue '\\u{a}'")
                .doesNotContain("\n");
    }

    @Test
    void thePidIsOnALineOnceAlsoWhereTheLoggingContextHasIt() {
        MDC.put("pid", "7");
        try {
            audit.onWorkerRegistered(7, TestWorker.registration("w"));

            assertThat(lines.list.getFirst().getMDCPropertyMap()).doesNotContainKey("pid");
            assertThat(MDC.get("pid")).isEqualTo("7");
        } finally {
            MDC.remove("pid");
        }
    }

    @Test
    void thereIsNoneUnlessItIsEnabled() {
        try (ServiceContext service = new ServiceContext()) {
            ApplicationContextRunner runner =
                    new ApplicationContextRunner()
                            .withBean(Workers.class, () -> service.bean(Workers.class))
                            .withUserConfiguration(AuditConfiguration.class);

            runner.run(context -> assertThat(context).doesNotHaveBean(AuditNotifier.class));
            runner.withPropertyValues("frontdoor.audit.enabled=true")
                    .run(context ->
                            assertThat(context)
                                    .getBeanNames(AuditNotifier.class)
                                    .containsExactly("audit"));
        }
    }
}
