package dev.frontdoor.websocket;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * Lets no client of TLS 1.2 negotiate again on an open connection, which costs the service more
 * than the client. The JDK reads the property when the first client connects; one that an operator
 * has set stays.
 */
final class TlsRenegotiation implements EnvironmentPostProcessor {

    static final String PROPERTY = "jdk.tls.rejectClientInitiatedRenegotiation";

    @Override
    public void postProcessEnvironment(
            ConfigurableEnvironment environment, SpringApplication application) {
        if (System.getProperty(PROPERTY) == null) {
            String _ = System.setProperty(PROPERTY, "true");
        }
    }
}
