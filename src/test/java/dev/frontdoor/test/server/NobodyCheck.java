package dev.frontdoor.test.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.invocation.Notifier;
import dev.frontdoor.registration.LiveTable;
import dev.frontdoor.registration.RegistrationService;

import org.assertj.core.api.ThrowingConsumer;
import org.springframework.context.ApplicationContext;

/** Checks that no worker is connected, that nobody remembers one, and that all counts add up. */
final class NobodyCheck {

    private final ServerUnderTest server;
    private final ApplicationContext context;

    NobodyCheck(ServerUnderTest server, ApplicationContext context) {
        this.server = server;
        this.context = context;
    }

    void run() {
        assertThat(server.sum("frontdoor.connections", "state", "connected")).isZero();
        expectBalance();
        assertThat(context.getBean(LiveTable.class).size()).isZero();
        assertThat(server.sum("frontdoor.connections", "state", "registered")).isZero();
        RegistrationService registrations = context.getBean(RegistrationService.class);
        assertThat(registrations.ledgerCount()).isZero();
        assertThat(registrations.notifiers())
                .allSatisfy(
                        (ThrowingConsumer<Notifier>)
                                bean -> assertThat(bean.calls().held()).as(bean.name()).isZero());
        assertThat(server.sum("frontdoor.notifier.held")).isZero();
        assertThat(context.getBeansOfType(ScriptedNotifier.class).values())
                .allSatisfy(notifier -> assertThat(notifier.held()).isEmpty());
    }

    /** Checks the sums that hold between any two frames. */
    private void expectBalance() {
        assertThat(server.sum("frontdoor.connections.opened"))
                .as("opened = closed + connected")
                .isEqualTo(
                        server.sum("frontdoor.connections.closed")
                                + server.sum("frontdoor.connections", "state", "connected"));
        for (String notifier : new String[] {TestApplication.FIRST, TestApplication.SECOND}) {
            assertThat(
                            calls(notifier, "registered", "returned")
                                    + calls(notifier, "registered", "late"))
                    .as("registered calls that returned or were late = held + unregistered calls")
                    .isEqualTo(
                            server.sum("frontdoor.notifier.held", "notifier", notifier)
                                    + calls(notifier, "unregistered", "returned")
                                    + calls(notifier, "unregistered", "failed")
                                    + calls(notifier, "unregistered", "timeout"));
        }
    }

    private double calls(String notifier, String callback, String outcome) {
        return server.sum(
                "frontdoor.notifier.calls",
                "notifier",
                notifier,
                "callback",
                callback,
                "outcome",
                outcome);
    }
}
