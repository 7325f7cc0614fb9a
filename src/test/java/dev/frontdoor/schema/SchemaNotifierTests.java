package dev.frontdoor.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.networknt.schema.Schema;

import dev.frontdoor.notifier.RegistrationRejectedException;
import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.test.Registrations;

import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class SchemaNotifierTests {

    private final SchemaNotifier notifier = new SchemaNotifier();

    @Test
    void registrationWithGoodSchemasOnlyIsLeftToTheOtherNotifiers() {
        assertThat(notifier.takes(Registrations.of("one").build())).isFalse();
        assertThat(
                        notifier.takes(
                                Registrations.of("one")
                                        .activity("a", "{}", "true")
                                        .activity("b", "{\"type\": \"string\"}", "false")
                                        .build()))
                .isFalse();
    }

    @Test
    void registrationIsRejectedWithTheFieldThatIsNoSchema() {
        expectRejected(
                Registrations.of("one").activity("a", "{}", "{\"type\": \"text\"}").build(),
                "the output schema of activity 1 is no JSON Schema: /type: does not have a value in"
                        + " the enumeration");
        expectRejected(
                Registrations.of("one").activity("a", "{}", "{}").activity("b", "7", "8").build(),
                "the input schema of activity 2 is no JSON Schema: integer found, [object, boolean]"
                        + " expected");
    }

    private void expectRejected(WorkerRegistration registration, String reason) {
        assertThat(notifier.takes(registration)).isTrue();
        assertThatExceptionOfType(RegistrationRejectedException.class)
                .isThrownBy(() -> notifier.onWorkerRegistered(1, registration))
                .satisfies(e -> assertThat(e.reason()).startsWith(reason));
    }

    @Test
    void thereIsNoneAndNoNeedOfAValidatorUnlessItIsEnabled() {
        ApplicationContextRunner runner =
                new ApplicationContextRunner().withUserConfiguration(SchemaConfiguration.class);

        runner.withClassLoader(new FilteredClassLoader(Schema.class.getPackageName()))
                .run(context -> assertThat(context).doesNotHaveBean(SchemaNotifier.class));
        runner.withPropertyValues("frontdoor.schemas.enabled=true")
                .run(context ->
                        assertThat(context)
                                .getBeanNames(SchemaNotifier.class)
                                .containsExactly("schemas"));
    }
}
