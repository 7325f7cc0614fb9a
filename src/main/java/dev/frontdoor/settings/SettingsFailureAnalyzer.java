package dev.frontdoor.settings;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Reports refused settings in place of a stack trace. */
final class SettingsFailureAnalyzer extends AbstractFailureAnalyzer<RefusedSettingsException> {

    @Override
    protected FailureAnalysis analyze(Throwable failure, RefusedSettingsException refused) {
        return new FailureAnalysis(
                refused.getMessage(),
                "Correct or remove these settings. A notifier's own settings need a prefix of their own, other than frontdoor.",
                failure);
    }
}
