package dev.frontdoor.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.notifier.ConnectionNotifier;
import dev.frontdoor.notifier.RegistrationRejectedException;
import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.test.TestWorker;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Notifier jars that are put where the service looks for them, and the service started. */
class DropInIntegrationTests {

    @TempDir Path directory;

    private Path home = Path.of("");
    private Path elsewhere = Path.of("");

    /** Another notifier than the example's: it keeps workers of one name out. */
    static final class Doorman implements ConnectionNotifier {

        @Override
        public void onWorkerRegistered(long pid, WorkerRegistration registration) {
            if (registration.identity().equals("stranger")) {
                throw new RegistrationRejectedException("strangers stay out");
            }
        }

        @Override
        public void onWorkerUnregistered(long pid) {}

        /** Makes it a bean. */
        @AutoConfiguration
        static final class Configuration {

            @Bean
            Doorman doorman() {
                return new Doorman();
            }
        }
    }

    @BeforeEach
    void makeDirectories() throws IOException {
        home = Files.createDirectory(directory.resolve("home"));
        elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
    }

    @Test
    void jarsBesideTheExecutableOneAndInFoldersThereHaveTheirSay() throws Exception {
        Path jar = Files.copy(BuiltJars.executable(), home.resolve("front-door.jar"));
        NotifierJar.example(directory).writeTo(home.resolve("notifiers/banned.jar"));
        doorman().writeTo(home.resolve("notifiers/doorman/doorman.jar"));
        try (ServiceProcess service = ServiceProcess.in(elsewhere).jar(jar).start()) {
            expectAnswers(service, "banned-7 is banned", "strangers stay out");
            assertThat(service.get("/actuator/notifiers").body())
                    .contains("\"banned\"", "\"doorman\"");
        }
    }

    @Test
    void jarsOfTheConfiguredDirectoriesHaveTheirSay() throws Exception {
        NotifierJar.example(directory).writeTo(directory.resolve("one/banned.jar"));
        doorman().writeTo(elsewhere.resolve("two/doorman.jar"));
        try (ServiceProcess service =
                ServiceProcess.in(elsewhere)
                        .start(
                                "--frontdoor.notifiers.path=%s,two"
                                        .formatted(directory.resolve("one")))) {
            expectAnswers(service, "banned-7 is banned", "strangers stay out");
        }
    }

    private static NotifierJar doorman() throws IOException {
        return NotifierJar.of(Doorman.Configuration.class, Doorman.class);
    }

    private static void expectAnswers(ServiceProcess service, String toBanned, String toStranger)
            throws IOException {
        try (TestWorker worker = service.worker().connect()) {
            assertThat(worker.register(TestWorker.registration("banned-7")))
                    .isEqualTo(WorkerRegisterAck.rejected(toBanned));
            assertThat(worker.register(TestWorker.registration("stranger")))
                    .isEqualTo(WorkerRegisterAck.rejected(toStranger));
            assertThat(worker.register(TestWorker.registration("regular")))
                    .isEqualTo(WorkerRegisterAck.ACCEPTED);
        }
    }
}
