package dev.frontdoor.settings;

import org.springframework.boot.context.properties.bind.validation.BindValidationException;
import org.springframework.boot.context.properties.bind.validation.ValidationErrors;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.origin.Origin;
import org.springframework.core.annotation.Order;
import org.springframework.validation.FieldError;
import org.springframework.validation.ObjectError;

import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reports refused settings by the keys that {@code application.yml} has, not by Java names. */
@Order(0)
final class RefusedSettingsAnalyzer extends AbstractFailureAnalyzer<BindValidationException> {

    private static final Pattern CAPITAL = Pattern.compile("[A-Z](?![^\\[]*])");
    private static final Pattern PLAIN_MAP_KEY = Pattern.compile("\\[([a-z][a-z0-9-]*)]");

    @Override
    protected FailureAnalysis analyze(Throwable failure, BindValidationException refused) {
        ValidationErrors errors = refused.getValidationErrors();
        String description =
                errors.getAllErrors().stream()
                        .map(error -> describe(errors.getName() + ".", error))
                        .collect(
                                Collectors.joining(
                                        "\n", "Settings have values that are not allowed:\n", ""));
        return new FailureAnalysis(description, "Correct these settings.", failure);
    }

    private static String describe(String prefix, ObjectError error) {
        StringBuilder text = new StringBuilder();
        if (error instanceof FieldError field) {
            String name = prefix + key(field.getField());
            text.append("\n    Property: ").append(name);
            text.append("\n    Value: \"")
                    .append(SettingValue.shown(name, field.getRejectedValue()))
                    .append('"');
        }
        Origin origin = Origin.from(error);
        if (origin != null) {
            text.append("\n    Origin: ").append(origin);
        }
        return text.append("\n    Reason: ").append(error.getDefaultMessage()).toString();
    }

    private static String key(String field) {
        String dashed =
                CAPITAL.matcher(field)
                        .replaceAll(capital -> "-" + capital.group().toLowerCase(Locale.ROOT));
        return PLAIN_MAP_KEY.matcher(dashed).replaceAll(".$1");
    }
}
