package dev.frontdoor.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.frontdoor.notifier.ConnectionNotifier;
import dev.frontdoor.notifier.Principal;
import dev.frontdoor.notifier.RegistrationRejectedException;
import dev.frontdoor.notifier.Workers;
import dev.frontdoor.protocol.WorkerRegistration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;

import java.nio.file.Files;
import java.nio.file.Path;

/** What authors test with the kit: a notifier that reads the principals of its workers. */
class KitPrincipalsIntegrationTests {

    @RegisterExtension
    static final FrontDoorExtension frontDoor =
            FrontDoorExtension.with(Configuration.class)
                    .principals("billing", "shipping@example.org")
                    .property("frontdoor.notifiers.timeout", "30s")
                    .property("frontdoor.registrations.decision-timeout", "60s");

    @Test
    void workerOfAPrincipalIsTakenInItsOwnNamespaceOnly() throws Exception {
        try (TestWorker worker = frontDoor.workerOf("billing")) {
            assertThat(worker.register(inNamespace("billing")).accepted()).isTrue();
            assertThat(worker.register(inNamespace("shipping")).rejection())
                    .isEqualTo("billing must not serve shipping");
        }
        try (TestWorker worker = frontDoor.workerOf("shipping@example.org")) {
            assertThat(worker.register(inNamespace("shipping@example.org")).accepted()).isTrue();
        }
    }

    @Test
    void tokenIsSentAtTheUpgradeToo() throws Exception {
        String token = frontDoor.tokenOf("billing");
        try (TestWorker worker = TestWorker.to(frontDoor.url()).bearer(token).connect()) {
            assertThat(worker.register(inNamespace("billing")).accepted()).isTrue();
        }
        assertThatExceptionOfType(UpgradeRefusedException.class)
                .isThrownBy(() -> TestWorker.to(frontDoor.url()).bearer("wrong").connect())
                .satisfies(refusal -> assertThat(refusal.status()).isEqualTo(401));
    }

    @Test
    void tokenFileIsReadAtEachConnect(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("token");
        TestWorkerBuilder builder = TestWorker.to(frontDoor.url()).tokenFile(file);
        for (String principal : new String[] {"billing", "shipping@example.org"}) {
            Files.writeString(file, frontDoor.tokenOf(principal) + "\n");
            try (TestWorker worker = builder.connect()) {
                assertThat(worker.register(inNamespace(principal)).accepted()).isTrue();
            }
        }
    }

    @Test
    void principalThatWasNotDeclaredHasNoToken() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> frontDoor.tokenOf("stranger"))
                .withMessageContaining("stranger");
    }

    private static WorkerRegistration inNamespace(String namespace) {
        return Registrations.of("worker-7").namespaces(namespace).build();
    }

    @TestConfiguration(proxyBeanMethods = false)
    static class Configuration {

        @Bean
        OwnNamespace ownNamespace(Workers workers) {
            return new OwnNamespace(workers);
        }
    }

    /** Takes a worker only in the namespace that has the name of its principal. */
    static final class OwnNamespace implements ConnectionNotifier {

        private final Workers workers;

        OwnNamespace(Workers workers) {
            this.workers = workers;
        }

        @Override
        public void onWorkerRegistered(long pid, WorkerRegistration registration) {
            Principal principal = workers.connection(pid).orElseThrow().principal();
            String name = principal == null ? "nobody" : principal.name();
            for (String namespace : registration.namespaces()) {
                if (!namespace.equals(name)) {
                    throw new RegistrationRejectedException(name + " must not serve " + namespace);
                }
            }
        }

        @Override
        public void onWorkerUnregistered(long pid) {}
    }
}
