package dev.frontdoor.test;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.notifier.ConnectionNotifier;
import dev.frontdoor.notifier.Principal;
import dev.frontdoor.notifier.Workers;
import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.test.server.SecretDirectory;
import dev.frontdoor.test.server.TestAuthority;
import dev.frontdoor.test.server.TestAuthority.Request;
import dev.frontdoor.test.server.TestCertificate;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;

import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/** What authors test with the kit: a notifier whose workers have certificates. */
class KitCertificatesIntegrationTests {

    private static final TestAuthority AUTHORITY = TestAuthority.create("authority");
    private static final SecretDirectory FILES = SecretDirectory.create();

    @RegisterExtension static final FrontDoorExtension frontDoor = extension();

    private static FrontDoorExtension extension() {
        TestCertificate server = AUTHORITY.server();
        TestCertificate worker = AUTHORITY.issue(new Request("CN=charger"));
        FILES.putAll(
                Map.of(
                        "ca.crt", AUTHORITY.pem(),
                        "server.crt", server.chainPem(),
                        "server.key", server.keyPem(),
                        "worker.crt", worker.chainPem(),
                        "worker.key", worker.keyPem()));
        FrontDoorExtension started =
                FrontDoorExtension.with(Configuration.class)
                        .property("server.ssl.bundle", "server")
                        .property("server.ssl.client-auth", "need")
                        .property("management.server.ssl.enabled", "false")
                        .property("frontdoor.auth.certificates.name-from", "subject");
        for (String name : new String[] {"server", "worker"}) {
            String bundle = "spring.ssl.bundle.pem." + name + ".";
            started.property(bundle + "keystore.certificate", file(name + ".crt"))
                    .property(bundle + "keystore.private-key", file(name + ".key"))
                    .property(bundle + "truststore.certificate", file("ca.crt"));
        }
        return started;
    }

    private static String file(String name) {
        return "file:" + FILES.path().resolve(name);
    }

    @Test
    void workerProvesItselfByTheCertificateOfABundle() throws Exception {
        try (TestWorker worker =
                TestWorker.to(frontDoor.url())
                        .socketFactory(frontDoor.sockets("worker"))
                        .connect()) {
            assertThat(worker.register(TestWorker.registration("worker-7")).accepted()).isTrue();

            assertThat(frontDoor.bean(LastPrincipal.class).seen)
                    .hasValueMatching(last -> last != null && last.name().equals("charger"));
        }
    }

    @TestConfiguration(proxyBeanMethods = false)
    static class Configuration {

        @Bean
        LastPrincipal lastPrincipal(Workers workers) {
            return new LastPrincipal(workers);
        }
    }

    /** Remembers the principal of the last worker. */
    static final class LastPrincipal implements ConnectionNotifier {

        final AtomicReference<@Nullable Principal> seen = new AtomicReference<>();
        private final Workers workers;

        LastPrincipal(Workers workers) {
            this.workers = workers;
        }

        @Override
        public void onWorkerRegistered(long pid, WorkerRegistration registration) {
            seen.set(workers.connection(pid).orElseThrow().principal());
        }

        @Override
        public void onWorkerUnregistered(long pid) {}
    }
}
