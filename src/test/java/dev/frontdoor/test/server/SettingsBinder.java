package dev.frontdoor.test.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import jakarta.validation.Validation;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.bind.validation.BindValidationException;
import org.springframework.boot.context.properties.bind.validation.ValidationBindHandler;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.validation.FieldError;
import org.springframework.validation.beanvalidation.SpringValidatorAdapter;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** Binds and checks settings as a start of the service does. */
public final class SettingsBinder {

    private static final SpringValidatorAdapter VALIDATOR =
            new SpringValidatorAdapter(Validation.buildDefaultValidatorFactory().getValidator());

    private SettingsBinder() {}

    /**
     * Settings that are accepted.
     *
     * @param settings values by whole key
     */
    public static <T> T bind(Class<T> type, Map<String, String> settings) {
        ConfigurationProperties properties =
                AnnotatedElementUtils.findMergedAnnotation(type, ConfigurationProperties.class);
        String prefix = Objects.requireNonNull(properties).prefix();
        return new Binder(
                        List.of(new MapConfigurationPropertySource(settings)),
                        null,
                        ApplicationConversionService.getSharedInstance())
                .bindOrCreate(prefix, Bindable.of(type), new ValidationBindHandler(VALIDATOR));
    }

    /** What the operator reads about refused settings: for each its key, value and reason. */
    public static String refusal(Class<?> type, Map<String, String> settings) {
        BindException thrown =
                catchThrowableOfType(BindException.class, () -> bind(type, settings));
        assertThat(thrown).as("%s refused", settings).isNotNull();
        BindValidationException refused =
                (BindValidationException) Objects.requireNonNull(thrown.getCause());
        String prefix = refused.getValidationErrors().getName().toString();
        return refused.getValidationErrors().getAllErrors().stream()
                .map(FieldError.class::cast)
                .map(error -> line(prefix, error))
                .sorted()
                .collect(Collectors.joining("\n"));
    }

    private static String line(String prefix, FieldError error) {
        return "%s.%s: %s: %s"
                .formatted(
                        prefix,
                        DataObjectPropertyName.toDashedForm(error.getField()),
                        error.getRejectedValue(),
                        error.getDefaultMessage());
    }
}
