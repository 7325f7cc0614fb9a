package dev.frontdoor.settings;

import java.util.List;
import java.util.stream.Collectors;

/** Settings were refused before any bean was made; the service does not start. */
final class RefusedSettingsException extends RuntimeException {

    RefusedSettingsException(List<RefusedSetting> settings) {
        super(
                settings.stream()
                        .map(RefusedSettingsException::describe)
                        .collect(Collectors.joining("\n", "Settings are refused:\n", "")));
    }

    private static String describe(RefusedSetting setting) {
        return "\n    Property: %s\n    Origin: %s\n    Reason: %s"
                .formatted(setting.name(), setting.origin(), setting.reason());
    }
}
