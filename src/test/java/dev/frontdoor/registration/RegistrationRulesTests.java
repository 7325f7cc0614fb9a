package dev.frontdoor.registration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.registration.settings.LimitProperties;
import dev.frontdoor.test.Registrations;
import dev.frontdoor.test.server.SettingsBinder;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.function.Function;

/** What a registration may contain. */
class RegistrationRulesTests {

    private static final int MAX_NAME_SIZE = 1024;

    private final RegistrationRules rules = rules(Map.of());

    @Test
    void emptyListsAndNamesAreFine() {
        assertThat(rules.violation(Registrations.of("").namespaces().activityTypes().build()))
                .isNull();
        assertThat(
                        rules.violation(
                                Registrations.of("")
                                        .namespaces("")
                                        .taskQueue("")
                                        .node("")
                                        .activityTypes("")
                                        .activity("", "{}", "true")
                                        .build()))
                .isNull();
    }

    @Test
    void countsAreBounded() {
        expectAtMost(256, "namespaces", names -> Registrations.of("one").namespaces(names));
        expectAtMost(4096, "activity types", names -> Registrations.of("one").activityTypes(names));
        expectAtMost(
                4096,
                "activities",
                names -> {
                    Registrations worker = Registrations.of("one");
                    Arrays.stream(names).forEach(name -> worker.activity(name, "{}", "{}"));
                    return worker;
                });
    }

    private void expectAtMost(int max, String field, Function<String[], Registrations> worker) {
        String[] names = Collections.nCopies(max + 1, "a").toArray(String[]::new);
        assertThat(rules.violation(worker.apply(Arrays.copyOf(names, max)).build())).isNull();
        assertThat(rules.violation(worker.apply(names).build()))
                .isEqualTo(
                        "the registration has %d %s; at most %d are allowed"
                                .formatted(max + 1, field, max));
    }

    @Test
    void countsAreSettable() {
        RegistrationRules strict =
                rules(
                        Map.of(
                                "frontdoor.limits.max-namespaces", "1",
                                "frontdoor.limits.max-activity-types", "1",
                                "frontdoor.limits.max-activities", "1",
                                "frontdoor.limits.max-name-size", "8B"));
        Registrations worker = Registrations.of("one");
        assertThat(strict.violation(worker.build())).isNull();
        assertThat(strict.violation(worker.taskQueue("x".repeat(9)).build()))
                .isEqualTo("task queue has 9 bytes of UTF-8; at most 8 are allowed");
        assertThat(strict.violation(Registrations.of("one").namespaces("a", "b").build()))
                .isEqualTo("the registration has 2 namespaces; at most 1 are allowed");
        assertThat(strict.violation(Registrations.of("one").activityTypes("a", "b").build()))
                .isEqualTo("the registration has 2 activity types; at most 1 are allowed");
        worker = Registrations.of("one").activity("a", "{}", "{}").activity("b", "{}", "{}");
        assertThat(strict.violation(worker.build()))
                .isEqualTo("the registration has 2 activities; at most 1 are allowed");
    }

    @ParameterizedTest
    @CsvSource({
        "task queue, task queue",
        "node, node",
        "namespace, namespace 2",
        "activity type, activity type 2",
        "name of activity, name of activity 2"
    })
    void namesAreBoundedAndHaveNoControlCharacters(String field, String named) {
        assertThat(rules.violation(with(field, "é".repeat(MAX_NAME_SIZE / 2)))).isNull();
        assertThat(rules.violation(with(field, "x".repeat(MAX_NAME_SIZE + 1))))
                .isEqualTo(named + " has 1025 bytes of UTF-8; at most 1024 are allowed");
        for (int control : new int[] {0, 0x0A, 0x1B, 0x1F, 0x7F, 0x85, 0x9B, 0x9F}) {
            assertThat(rules.violation(with(field, "a" + (char) control)))
                    .isEqualTo(
                            "%s contains the control character U+%04X".formatted(named, control));
        }
        assertThat(rules.violation(with(field, "\u00a0 \u202e\ud83d\ude00"))).isNull();
    }

    @Test
    void identityHasNoControlCharacter() {
        assertThat(rules.violation(Registrations.of("one\n").build()))
                .isEqualTo("identity contains the control character U+000A");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                " [1, \"\\u0000\", {\"a\": null, \"a\": 1e99999}] ",
                "true",
                "\"text\"",
                "-0.5"
            })
    void schemaMayBeAnyJson(String schema) {
        assertThat(violation(schema)).isNull();
        assertThat(violation("[".repeat(JsonSyntax.MAX_DEPTH) + "]".repeat(JsonSyntax.MAX_DEPTH)))
                .isNull();
        assertThat(violation("1".repeat(100_000))).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[1,]",
                "{} {}",
                "{}x",
                "{'a': 1}",
                "// no\n{}",
                "NaN",
                "01",
                "1x",
                "\"",
                "\"\n\"",
                "\uFEFF{}",
                "not even JSON"
            })
    void schemaThatIsNotJsonIsRejected(String schema) {
        assertThat(violation(schema))
                .isEqualTo(
                        "the output schema of activity 1 is not JSON, or is nested deeper than 500"
                                + " levels");
    }

    @Test
    void schemaThatIsNestedTooDeepIsRejected() {
        int depth = JsonSyntax.MAX_DEPTH + 1;
        assertThat(violation("[".repeat(depth) + "]".repeat(depth))).contains("nested");
        assertThat(violation("{\"a\":".repeat(20_000))).contains("nested");
    }

    private @Nullable String violation(String schema) {
        return rules.violation(Registrations.of("one").activity("a", "{}", schema).build());
    }

    private static WorkerRegistration with(String field, String name) {
        Registrations worker = Registrations.of("one");
        return switch (field) {
            case "task queue" -> worker.taskQueue(name).build();
            case "node" -> worker.node(name).build();
            case "namespace" -> worker.namespaces("a", name).build();
            case "activity type" -> worker.activityTypes("a", name).build();
            default -> worker.activity("a", "{}", "{}").activity(name, "{}", "{}").build();
        };
    }

    private static RegistrationRules rules(Map<String, String> settings) {
        return new RegistrationRules(SettingsBinder.bind(LimitProperties.class, settings));
    }
}
