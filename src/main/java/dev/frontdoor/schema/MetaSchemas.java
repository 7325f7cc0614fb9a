package dev.frontdoor.schema;

import com.networknt.schema.Error;
import com.networknt.schema.ExecutionConfig;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;

import dev.frontdoor.notifier.DisplayText;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The meta-schemas of JSON Schema: what a schema of each draft may contain. A schema that is
 * checked is data to them. None of its references is followed and none of its patterns compiled, so
 * the time depends on its length alone, and the stack on its depth. Safe for use by any thread.
 */
final class MetaSchemas {

    /** How deep objects and arrays may be nested. */
    static final int MAX_DEPTH = 100;

    private static final SpecificationVersion DEFAULT = SpecificationVersion.DRAFT_2020_12;

    private static final JsonMapper JSON =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(MAX_DEPTH)
                                                    .build())
                                    .build())
                    .build();

    private static final ExecutionConfig FIRST_ERROR_IN_ENGLISH =
            ExecutionConfig.builder()
                    .failFast(true)
                    .formatAssertionsEnabled(false)
                    .locale(Locale.ENGLISH)
                    .build();

    /** By the value of {@code $schema} that names it. */
    private final Map<String, Schema> byName = new TreeMap<>();

    /** Reads the meta-schemas from the class path. */
    MetaSchemas() {
        SchemaRegistry registry =
                SchemaRegistry.withDefaultDialect(
                        DEFAULT,
                        builder ->
                                builder.schemaRegistryConfig(
                                        SchemaRegistryConfig.builder()
                                                .formatAssertionsEnabled(false)
                                                .build()));
        for (SpecificationVersion draft : SpecificationVersion.values()) {
            String name = draft.getDialectId();
            byName.put(withoutFragment(name), registry.getSchema(SchemaLocation.of(name)));
        }
    }

    /**
     * What is wrong with a schema.
     *
     * @param schema JSON
     * @return a predicate whose subject is the schema; null if nothing is wrong
     */
    @Nullable String violation(String schema) {
        JsonNode read;
        try {
            read = JSON.readTree(schema);
        } catch (JacksonException e) {
            return "is nested deeper than %s levels, or has a name or number that is too long"
                    .formatted(MAX_DEPTH);
        }
        String name = read.path("$schema").asString(DEFAULT.getDialectId());
        Schema metaSchema = byName.get(withoutFragment(name));
        if (metaSchema == null) {
            return "has a $schema that is not the name of a draft of JSON Schema, from draft-04 to 2020-12";
        }
        List<Error> errors =
                metaSchema.validate(
                        read, context -> context.setExecutionConfig(FIRST_ERROR_IN_ENGLISH));
        return errors.isEmpty() ? null : "is no JSON Schema: " + text(errors.getFirst());
    }

    private static String text(Error error) {
        String location = error.getInstanceLocation().toString();
        return "%s%s"
                .formatted(
                        location.isEmpty() ? "" : DisplayText.of(location) + ": ",
                        DisplayText.of(error.getMessage()));
    }

    private static String withoutFragment(String name) {
        return name.endsWith("#") ? name.substring(0, name.length() - 1) : name;
    }
}
