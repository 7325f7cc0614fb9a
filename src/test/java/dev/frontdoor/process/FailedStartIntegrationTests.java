package dev.frontdoor.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.notifier.ConnectionNotifier;
import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.test.server.TestAuthority;
import dev.frontdoor.test.server.TestAuthority.Request;
import dev.frontdoor.test.server.TestCertificate;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** A service that cannot start exits with 1 and says what to fix. */
class FailedStartIntegrationTests {

    private static final String CONFIGURATION = "com.example.banned.BannedNotifierConfiguration";
    private static final String NOTIFIER = "com.example.banned.BannedNotifier";

    @TempDir Path directory;

    private Path jar = Path.of("");

    /** A bean whose dependency is missing. */
    static final class Billing implements ConnectionNotifier {

        Billing() {
            throw new IllegalStateException("the billing database does not answer");
        }

        @Override
        public void onWorkerRegistered(long pid, WorkerRegistration registration) {}

        @Override
        public void onWorkerUnregistered(long pid) {}

        /** Makes it a bean. */
        @AutoConfiguration
        static final class Configuration {

            @Bean
            Billing billing() {
                return new Billing();
            }
        }
    }

    /** Uses a class of a library that its author forgot. */
    static final class Forgetful implements ConnectionNotifier {

        private final Library library = new Library();

        @Override
        public void onWorkerRegistered(long pid, WorkerRegistration registration) {
            library.use();
        }

        @Override
        public void onWorkerUnregistered(long pid) {}

        /** The missing class. */
        static final class Library {
            void use() {}
        }

        /** Makes it a bean. */
        @AutoConfiguration
        static final class Configuration {

            @Bean
            Forgetful forgetful() {
                return new Forgetful();
            }
        }
    }

    @BeforeEach
    void chooseJar() {
        jar = directory.resolve("notifiers/theirs.jar");
    }

    @Test
    void fileThatIsNoJarIsNamed() throws Exception {
        Files.createDirectories(jar.getParent());
        Files.writeString(jar, "not a jar");
        assertThat(fail()).contains(jar.toString(), "not a readable jar");
    }

    @Test
    void jarWhoseImportsNameAMissingClassIsNamed() throws Exception {
        NotifierJar.example(directory).without(CONFIGURATION).writeTo(jar);
        assertThat(fail()).contains(jar.toString(), CONFIGURATION, "not there");
    }

    @Test
    void jarWhoseConfigurationIsForANewerJavaIsNamed() throws Exception {
        NotifierJar.example(directory).compiledForNewerJava(CONFIGURATION).writeTo(jar);
        assertThat(fail()).contains(jar.toString(), CONFIGURATION, "newer Java");
    }

    @Test
    void beanOfAClassForANewerJavaIsNamed() throws Exception {
        NotifierJar.example(directory).compiledForNewerJava(NOTIFIER).writeTo(jar);
        assertThat(analysis(fail())).contains("theirs.jar", NOTIFIER.replace('.', '/'));
    }

    @Test
    void beanThatLacksADependencyIsNamedWithItsJar() throws Exception {
        NotifierJar.of(Forgetful.Configuration.class, Forgetful.class).writeTo(jar);
        assertThat(analysis(fail())).contains("'forgetful'", "Forgetful$Library", "theirs.jar");
    }

    @Test
    void beanThatCannotBeBuiltIsNamed() throws Exception {
        NotifierJar.of(Billing.Configuration.class, Billing.class).writeTo(jar);
        assertThat(fail()).contains("'billing'", "the billing database does not answer");
    }

    @Test
    void settingsOfABeanThatIsNotThereAreRefusedWithTheBeansThereAre() throws Exception {
        NotifierJar.example(directory).writeTo(jar);
        assertThat(analysis(fail("--frontdoor.notifiers.beans.baned.enabled=true")))
                .contains("frontdoor.notifiers.beans.baned", "there are: banned");
    }

    @Test
    void badGlobIsRefusedWithItsKey() throws Exception {
        assertThat(fail("--frontdoor.notifiers.beans.banned.match.task-queues=a[b"))
                .contains(
                        "Property: frontdoor.notifiers.beans.banned.match.task-queues[0]",
                        "Value: \"a[b\"",
                        "* stands for any characters");
    }

    @Test
    void badValueIsRefusedWithItsKeyAndWhatIsAllowed() throws Exception {
        assertThat(analysis(fail("--frontdoor.duplicate-identity=replaced")))
                .contains("frontdoor.duplicate-identity", "replaced", "REJECT");
    }

    @Test
    void valueOutOfRangeIsRefusedWithItsKeyAndWhatIsAllowed() throws Exception {
        assertThat(analysis(fail("--frontdoor.heartbeat.timeout=0s")))
                .contains(
                        "Property: frontdoor.heartbeat.timeout",
                        "Value: \"PT0S\"",
                        "Reason: must be more than 0");
    }

    @Test
    void sizeOutOfRangeIsRefusedBeforeAnyLineIsLost() throws Exception {
        assertThat(analysis(fail("--frontdoor.logging.queue-size=1B")))
                .contains(
                        "Property: frontdoor.logging.queue-size",
                        "Value: \"1B\"",
                        "Reason: must be 16KB or more");
    }

    @Test
    void emptyTokenIsRefusedAndNoTokenIsShown() throws Exception {
        assertThat(fail("--frontdoor.auth.tokens=hidden,,"))
                .contains("Property: frontdoor.auth.tokens[1]", "a token must not be empty")
                .doesNotContain("hidden");
    }

    @Test
    void unknownSettingsOfAllSourcesAreRefusedWithTheClosestNames() throws Exception {
        Files.writeString(
                directory.resolve("application.yml"), "frontdoor: {hartbeat: {interval: hidden}}");
        String log =
                ServiceProcess.in(directory)
                        .environment("FRONTDOOR_AUTH_TOKEN", "hidden")
                        .environment("FRONTDOOR_SERVICE_PORT_HTTP", "8080")
                        .jvmOption("-Dfrontdoor.limits.max-conections=hidden")
                        .fail("--frontdoor.drain.windw=hidden");
        assertThat(analysis(log))
                .contains(
                        "frontdoor.heartbeat.interval",
                        "frontdoor.auth.tokens",
                        "frontdoor.limits.max-connections",
                        "frontdoor.drain.window")
                .doesNotContain("hidden")
                .doesNotContain("SERVICE_PORT");
    }

    @Test
    void tokenWithALineBreakIsRefusedAndNotShown() throws Exception {
        String log =
                ServiceProcess.in(directory)
                        .environment("FRONTDOOR_AUTH_TOKENS_0", "hidden-one")
                        .environment("FRONTDOOR_AUTH_TOKENS_1", "hidden-two\n")
                        .fail();
        assertThat(analysis(log))
                .contains("FRONTDOOR_AUTH_TOKENS_1", "white space")
                .doesNotContain("hidden");
    }

    @Test
    void http2IsRefusedSinceWorkersUpgradeHttp1() throws Exception {
        assertThat(analysis(fail("--server.http2.enabled=true")))
                .contains("server.http2.enabled", "HTTP/1.1");
    }

    @Test
    void brokenSslBundleIsNamedWithWhatIsWrong() throws Exception {
        TestAuthority authority = TestAuthority.create("authority");
        Path certificate =
                Files.writeString(directory.resolve("tls.crt"), authority.server().chainPem());
        Path key = Files.writeString(directory.resolve("tls.key"), authority.server().keyPem());
        assertThat(
                        analysis(
                                fail(
                                        "--server.ssl.bundle=workers",
                                        "--spring.ssl.bundle.pem.workers.keystore.certificate="
                                                + certificate,
                                        "--spring.ssl.bundle.pem.workers.keystore.private-key="
                                                + key)))
                .contains("SSL bundle 'workers'", "the private key does not belong");
    }

    @Test
    void keyStoreWithoutABundleIsCheckedToo() throws Exception {
        TestCertificate expired =
                TestAuthority.create("authority")
                        .issue(
                                new Request("CN=localhost")
                                        .until(Instant.now().minus(Duration.ofDays(1))));
        Path store = Files.write(directory.resolve("keys.p12"), expired.store("PKCS12"));
        assertThat(
                        analysis(
                                fail(
                                        "--server.ssl.key-store=" + store,
                                        "--server.ssl.key-store-password="
                                                + TestCertificate.PASSWORD)))
                .contains("'server.ssl'", "CN=localhost expired at");
    }

    @Test
    void certificatesOfOperatorsNeedAPortThatAsksForThemAndAName() throws Exception {
        String name = "frontdoor.management.auth.certificate-name";

        assertThat(analysis(fail("--" + name + "=subject")))
                .contains(name, "management.server.ssl.client-auth");
        assertThat(analysis(fail("--frontdoor.management.auth.operate.certificates=deploy-*")))
                .contains("frontdoor.management.auth.operate.certificates", name);
    }

    @Test
    void unusableTokenOfAnOperatorIsRefusedAndNotShown() throws Exception {
        assertThat(fail("--frontdoor.management.auth.view.tokens=hidden,,"))
                .contains("Property: frontdoor.management.auth.view.tokens[1]")
                .doesNotContain("hidden");
    }

    @Test
    void certificatesOfWorkersNeedAPortThatAsksForThem() throws Exception {
        assertThat(analysis(fail("--frontdoor.auth.certificates.name-from=subject")))
                .contains("frontdoor.auth.certificates.name-from", "server.ssl.client-auth");
    }

    @Test
    void requiredNotifierThatIsNotThereIsNamedWithThoseThereAre() throws Exception {
        NotifierJar.example(directory).writeTo(jar);
        assertThat(analysis(fail("--frontdoor.notifiers.required=banned,billing")))
                .contains("frontdoor.notifiers.required", "'billing'", "there are: banned");
    }

    private String fail(String... arguments) throws IOException, InterruptedException {
        return ServiceProcess.in(directory).fail(arguments);
    }

    /** The description that is printed in place of a stack trace. */
    private static String analysis(String log) {
        String heading = "APPLICATION FAILED TO START";
        assertThat(log).contains(heading);
        return log.substring(log.indexOf(heading));
    }
}
