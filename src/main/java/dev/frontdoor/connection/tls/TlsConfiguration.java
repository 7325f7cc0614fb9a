package dev.frontdoor.connection.tls;

import dev.frontdoor.invocation.thread.Timeouts;

import io.micrometer.core.instrument.Clock;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.ssl.PemSslBundleProperties;
import org.springframework.boot.autoconfigure.ssl.SslBundleRegistrar;
import org.springframework.boot.autoconfigure.ssl.SslProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.io.ApplicationResourceLoader;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ResourceLoader;

import java.util.Map;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SslProperties.class)
class TlsConfiguration {

    /** In place of Spring Boot's own. */
    @Bean
    CheckedSslBundles sslBundleRegistry(
            ObjectProvider<SslBundleRegistrar> registrars,
            SslProperties properties,
            ResourceLoader resources,
            Clock clock) {
        Map<String, PemSslBundleProperties> pem = properties.getBundle().getPem();
        // Spring Boot's own check would end an update before ours sees it.
        pem.values().forEach(bundle -> bundle.getKeystore().setVerifyKeys(false));
        PemFiles files = new PemFiles(pem, ApplicationResourceLoader.get(resources, true));
        CheckedSslBundles bundles = new CheckedSslBundles(new BundleCheck(files, clock));
        registrars.orderedStream().forEach(registrar -> registrar.registerBundles(bundles));
        return bundles;
    }

    @Bean
    CertificateWatch certificateWatch(CheckedSslBundles bundles, Timeouts timeouts, Clock clock) {
        CertificateWatch watch = new CertificateWatch(bundles, timeouts, clock);
        if (!bundles.statuses().isEmpty()) {
            watch.start();
        }
        return watch;
    }

    @Bean
    TlsMetrics tlsMetrics(CheckedSslBundles bundles) {
        return new TlsMetrics(bundles);
    }
}
