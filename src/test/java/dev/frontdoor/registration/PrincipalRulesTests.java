package dev.frontdoor.registration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.notifier.Grants;
import dev.frontdoor.notifier.Principal;
import dev.frontdoor.protocol.WorkerRegistration;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;

class PrincipalRulesTests {

    private final PrincipalRules rules = new PrincipalRules(false);

    @Test
    void everyNamespaceMustBeGranted() {
        Principal principal = principal(List.of("billing", "team-*"), List.of("*"));

        assertThat(rules.violation(registration(List.of("billing", "team-a")), principal)).isNull();
        assertThat(rules.violation(registration(List.of()), principal)).isNull();
        assertThat(rules.violation(registration(List.of("billing", "x")), principal))
                .isEqualTo("namespace \"x\" is not granted to principal \"alice\"");
    }

    @Test
    void theTaskQueueMustBeGranted() {
        assertThat(
                        rules.violation(
                                registration(List.of("a")),
                                principal(List.of("*"), List.of("other", "de?ault"))))
                .isNull();
        assertThat(
                        rules.violation(
                                registration(List.of("a")),
                                principal(List.of("*"), List.of("other"))))
                .isEqualTo("task queue \"default\" is not granted to principal \"alice\"");
    }

    @Test
    void emptyListGrantsNothing() {
        assertThat(rules.violation(registration(List.of("a")), principal(List.of(), List.of("*"))))
                .isEqualTo("namespace \"a\" is not granted to principal \"alice\"");
        assertThat(rules.violation(registration(List.of()), principal(List.of("*"), List.of())))
                .contains("task queue");
    }

    @Test
    void identityMustBeThePrincipalsNameWhereThatIsSet() {
        PrincipalRules strict = new PrincipalRules(true);

        assertThat(strict.violation(registration(List.of("a")), new Principal("worker-1")))
                .isNull();
        assertThat(strict.violation(registration(List.of("a")), new Principal("alice")))
                .isEqualTo("the identity must be \"alice\", the name of the principal");
        assertThat(rules.violation(registration(List.of("a")), new Principal("alice"))).isNull();
    }

    @Test
    void whoeverHasNoPrincipalIsNotRestricted() {
        assertThat(rules.violation(registration(List.of("a")), null)).isNull();
    }

    private static Principal principal(List<String> namespaces, List<String> taskQueues) {
        return new Principal(
                "alice", Principal.Kind.CUSTOM, new Grants(namespaces, taskQueues), Map.of(), null);
    }

    private static WorkerRegistration registration(List<String> namespaces) {
        return new WorkerRegistration(
                namespaces, "default", null, List.of(), "worker-1", List.of());
    }
}
