package dev.frontdoor.connection.tls;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Reports a broken SSL bundle in place of a stack trace. */
final class BrokenSslBundleAnalyzer extends AbstractFailureAnalyzer<BrokenSslBundleException> {

    @Override
    protected FailureAnalysis analyze(Throwable failure, BrokenSslBundleException broken) {
        return new FailureAnalysis(
                String.valueOf(broken.getMessage()),
                "Correct the files, or the settings that name them: spring.ssl.bundle.*, or"
                        + " server.ssl.* if the bundle is 'server.ssl'.",
                failure);
    }
}
