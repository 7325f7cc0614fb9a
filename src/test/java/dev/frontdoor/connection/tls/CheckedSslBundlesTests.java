package dev.frontdoor.connection.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.frontdoor.invocation.thread.Timeouts;
import dev.frontdoor.test.server.TestAuthority;
import dev.frontdoor.test.server.TestAuthority.Request;
import dev.frontdoor.test.server.TestCertificate;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Which SSL bundles keep the service from starting, and what it says of them. */
class CheckedSslBundlesTests {

    private static final TestAuthority CA = TestAuthority.create("authority");

    @TempDir Path directory;

    private final List<String> settings = new ArrayList<>();
    private final TestCertificate good = CA.server();

    @Test
    void goodBundleHasTheExpiryOfItsCertificate() throws Exception {
        pem(good.chainPem(), good.keyPem());
        run(bundles ->
                assertThat(bundles.statuses())
                        .containsExactly(
                                new BundleStatus(
                                        "mine",
                                        good.certificate().getNotAfter().toInstant(),
                                        null)));
    }

    @Test
    void keyOfAnotherCertificateIsRefused() throws Exception {
        pem(good.chainPem(), CA.server().keyPem());
        expectRefused("the private key does not belong to the certificate of CN=localhost");
    }

    @Test
    void keyOfAnotherCertificateIsRefusedWithSpringBootsOwnCheckToo() throws Exception {
        pem(good.chainPem(), CA.server().keyPem());
        settings.add("spring.ssl.bundle.pem.mine.keystore.verify-keys=true");
        expectRefused("the private key does not belong to the certificate of CN=localhost");
    }

    @Test
    void expiredCertificateIsRefused() throws Exception {
        TestCertificate expired =
                CA.issue(
                        new Request("CN=localhost").until(Instant.now().minus(Duration.ofDays(1))));
        pem(expired.chainPem(), expired.keyPem());
        expectRefused("the certificate of CN=localhost expired at ");
    }

    @Test
    void fileThatIsMissingIsNamed() throws Exception {
        pem(good.chainPem(), good.keyPem());
        Files.delete(directory.resolve("tls.key"));
        expectRefused("tls.key");
    }

    @Test
    void chainThatLacksItsEndIsRefusedThoughItsFirstCertificateIsWhole() throws Exception {
        String chain = good.chainPem();
        pem(chain.substring(0, chain.length() - 40), good.keyPem());
        expectRefused("tls.crt is incomplete");
    }

    @Test
    void keyThatLacksItsEndIsRefused() throws Exception {
        pem(good.chainPem(), good.keyPem().substring(0, 100));
        expectRefused("tls.key is incomplete");
    }

    @Test
    void fileWithoutCertificatesIsRefused() throws Exception {
        pem("nothing", good.keyPem());
        expectRefused("tls.crt is not in PEM form");
    }

    @Test
    void certificateWithoutAKeyIsRefused() throws Exception {
        pem(good.chainPem(), null);
        expectRefused("it has no private key");
    }

    @Test
    void trustedAuthoritiesThatLackAnEndAreRefused() throws Exception {
        String second = TestAuthority.create("second").pem();
        file("ca.crt", CA.pem() + second.substring(0, second.length() - 40));
        settings.add("spring.ssl.bundle.pem.mine.truststore.certificate=" + path("ca.crt"));
        expectRefused("ca.crt is incomplete");
    }

    @Test
    void bundleOfAuthoritiesAloneIsGoodButNotForAPort() throws Exception {
        file("ca.crt", CA.pem());
        settings.add("spring.ssl.bundle.pem.mine.truststore.certificate=" + path("ca.crt"));
        run(bundles ->
                assertThatExceptionOfType(BrokenSslBundleException.class)
                        .isThrownBy(() ->
                                bundles.requireForPort("mine", bundles.getBundle("mine"), false))
                        .withMessageContaining("'mine'")
                        .withMessageContaining("no key"));
    }

    @Test
    void portThatAsksForCertificatesNeedsATrustStore() throws Exception {
        pem(good.chainPem(), good.keyPem());
        run(bundles -> {
            bundles.requireForPort("mine", bundles.getBundle("mine"), false);
            assertThatExceptionOfType(BrokenSslBundleException.class)
                    .isThrownBy(
                            () -> bundles.requireForPort("mine", bundles.getBundle("mine"), true))
                    .withMessageContaining("no trust store");
        });
    }

    @Test
    void storeWithAWrongPasswordIsRefused() throws Exception {
        Files.write(directory.resolve("keys.p12"), good.store("PKCS12"));
        settings.add("spring.ssl.bundle.jks.mine.keystore.location=" + path("keys.p12"));
        settings.add("spring.ssl.bundle.jks.mine.keystore.password=wrong");
        expectRefused("password was incorrect");
    }

    @Test
    void aliasThatIsNotInTheStoreIsRefused() throws Exception {
        Files.write(directory.resolve("keys.p12"), good.store("PKCS12"));
        settings.add("spring.ssl.bundle.jks.mine.keystore.location=" + path("keys.p12"));
        settings.add("spring.ssl.bundle.jks.mine.keystore.password=" + TestCertificate.PASSWORD);
        settings.add("spring.ssl.bundle.jks.mine.key.alias=other");
        expectRefused("other");
    }

    private void pem(String chain, @Nullable String key) throws IOException {
        file("tls.crt", chain);
        settings.add("spring.ssl.bundle.pem.mine.keystore.certificate=" + path("tls.crt"));
        if (key != null) {
            file("tls.key", key);
            settings.add("spring.ssl.bundle.pem.mine.keystore.private-key=" + path("tls.key"));
        }
    }

    private void file(String name, String text) throws IOException {
        Files.writeString(directory.resolve(name), text);
    }

    private Path path(String name) {
        return directory.resolve(name);
    }

    private void expectRefused(String why) {
        runner().run(context ->
                assertThat(context)
                        .getFailure()
                        .hasRootCauseInstanceOf(BrokenSslBundleException.class)
                        .rootCause()
                        .hasMessageStartingWith("SSL bundle 'mine' cannot be used: ")
                        .hasMessageContaining(why));
    }

    private void run(Check check) {
        runner().run(context -> check.run(bundlesOf(context)));
    }

    private ApplicationContextRunner runner() {
        return new ApplicationContextRunner()
                .withUserConfiguration(TlsConfiguration.class)
                .withBean(Timeouts.class, Timeouts::onOwnThread)
                .withConfiguration(
                        AutoConfigurations.of(
                                MetricsAutoConfiguration.class, SslAutoConfiguration.class))
                .withPropertyValues(settings.toArray(String[]::new));
    }

    private static CheckedSslBundles bundlesOf(AssertableApplicationContext context) {
        return context.getBean(CheckedSslBundles.class);
    }

    /** A check of the bundles of a service that has started. */
    @FunctionalInterface
    private interface Check {
        void run(CheckedSslBundles bundles);
    }
}
