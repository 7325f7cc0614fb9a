package dev.frontdoor.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

class MetaSchemasTests {

    private static final List<String> DRAFTS =
            List.of(
                    "http://json-schema.org/draft-04/schema#",
                    "http://json-schema.org/draft-06/schema#",
                    "http://json-schema.org/draft-07/schema",
                    "https://json-schema.org/draft/2019-09/schema",
                    "https://json-schema.org/draft/2020-12/schema#");

    private static final int MAX_SIZE = 256 * 1024;

    private final MetaSchemas metaSchemas = new MetaSchemas();

    @Test
    void schemaOfEveryDraftIsFine() {
        for (String draft : DRAFTS) {
            assertThat(violation(draft, "\"type\": [\"string\", \"null\"], \"maxLength\": 3"))
                    .isNull();
            assertThat(violation(draft, "\"properties\": {\"a\": {\"minLength\": -1}}"))
                    .isEqualTo(
                            "is no JSON Schema: /properties/a/minLength: must have a minimum value"
                                    + " of 0");
        }
    }

    @Test
    void draftDecidesWhatASchemaMayContain() {
        String tuple = "\"items\": [{}, {}]";
        String bound = "\"exclusiveMinimum\": 7";
        assertThat(DRAFTS)
                .map(draft -> violation(draft, tuple) == null)
                .containsExactly(true, true, true, true, false);
        assertThat(DRAFTS)
                .map(draft -> violation(draft, bound) == null)
                .containsExactly(false, true, true, true, true);
        assertThat(metaSchemas.violation("{" + tuple + "}")).contains("/items: array found");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "true",
                "{}",
                "{\"unknown\": 1, \"format\": \"none\", \"default\": null}",
                "{\"const\": 1e999999999, \"enum\": [1E-999999999]}",
                "{\"pattern\": \"(\", \"patternProperties\": {\"[\": {}}}"
            })
    void schemaMayHaveWhatNoMetaSchemaForbids(String schema) {
        assertThat(metaSchemas.violation(schema)).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "null | null found, [object, boolean] expected",
                "[] | array found, [object, boolean] expected",
                "{\"$ref\": 7} | /$ref: integer found, string expected",
                "{\"required\": [\"a\", \"a\"]} | /required: must have only unique items",
                "{\"maxItems\": 1e999999999} | /maxItems: unknown found, integer expected",
                "{\"multipleOf\": 0} | /multipleOf: must have an exclusive minimum value of 0",
                "{\"$defs\": {\"a\\nb\": 1}} | /$defs/a\\nb: integer found"
            })
    void schemaThatItsMetaSchemaForbidsIsNone(String schema, String violation) {
        assertThat(metaSchemas.violation(schema)).startsWith("is no JSON Schema: " + violation);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "#", "https://example.com/mine", "classpath:draft-07/schema"})
    void otherMetaSchemaIsRefused(String name) {
        assertThat(violation(name, "\"type\": \"string\""))
                .isEqualTo(
                        "has a $schema that is not the name of a draft of JSON Schema, from draft-04"
                                + " to 2020-12");
    }

    @Test
    void noReferenceIsFollowed() throws Exception {
        try (ServerSocket host = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String url = "http://localhost:%d/schema".formatted(host.getLocalPort());
            for (String draft : DRAFTS) {
                for (String key : List.of("$ref", "$id", "id", "$dynamicRef", "$recursiveRef")) {
                    for (String target : List.of(url, "file:///etc/hostname", "#/none", "#")) {
                        assertThat(violation(draft, "\"%s\": \"%s\"".formatted(key, target)))
                                .satisfiesAnyOf(
                                        violation -> assertThat(violation).isNull(),
                                        violation ->
                                                assertThat(violation)
                                                        .contains("does not match the regex"));
                    }
                }
            }
            assertThat(metaSchemas.violation("{\"$schema\": \"%s\"}".formatted(url))).isNotNull();
            host.setSoTimeout(1);
            assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(host::accept);
        }
    }

    @Test
    void depthIsBounded() {
        for (String draft : DRAFTS) {
            for (String key : List.of("not", "items", "additionalProperties")) {
                String start = "{\"%s\": ".formatted(key);
                int inner = MetaSchemas.MAX_DEPTH - 1;
                String deepest = start.repeat(inner - 1) + "{}" + "}".repeat(inner - 1);
                assertThat(violation(draft, "\"not\": " + deepest)).isNull();
                assertThat(violation(draft, "\"not\": " + start + deepest + "}"))
                        .startsWith("is nested deeper than 100 levels");
            }
        }
        assertThat(metaSchemas.violation("[".repeat(500) + "]".repeat(500)))
                .startsWith("is nested deeper than 100 levels");
        assertThat(metaSchemas.violation("{\"maximum\": %s}".formatted("9".repeat(100_000))))
                .contains("a name or number that is too long");
    }

    @Test
    void largestSchemasHaveAVerdict() {
        Stream<String> collisions =
                IntStream.range(0, 1 << 13)
                        .mapToObj(i -> "\"" + Integer.toBinaryString(i | 1 << 13) + "\"")
                        .map(text -> text.replace("0", "Aa").replace("1", "BB"));
        List<String> hostile =
                List.of(
                        "\"allOf\": [%s{}]".formatted("{},".repeat(MAX_SIZE / 3)),
                        "\"required\": [%s]".formatted(collisions.collect(Collectors.joining(","))),
                        "\"pattern\": \"%s\", \"default\": \"%s!\""
                                .formatted("(a+)+$".repeat(1000), "a".repeat(MAX_SIZE)));
        for (String draft : DRAFTS) {
            for (String members : hostile) {
                assertThat(violation(draft, members)).isNull();
            }
        }
    }

    private @Nullable String violation(String draft, String members) {
        return metaSchemas.violation("{\"$schema\": \"%s\", %s}".formatted(draft, members));
    }
}
