package dev.frontdoor.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;

import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.Yaml;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** The OpenAPI file of the endpoints. */
final class OpenApi {

    private static final Path FILE = Path.of("docs/openapi.yaml");
    private static final Set<String> METHODS = Set.of("get", "post", "delete", "put", "patch");

    private final JsonNode document;
    private final SchemaRegistry schemas =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    OpenApi() throws IOException {
        document = JsonMapper.shared().valueToTree(new Yaml().load(Files.readString(FILE)));
    }

    /** All operations, as {@code GET registrations/{pid}}. */
    Set<String> operations() {
        Set<String> operations = new TreeSet<>();
        for (var path : document.required("paths").properties()) {
            for (String method : path.getValue().propertyNames()) {
                if (METHODS.contains(method)) {
                    operations.add(
                            method.toUpperCase(Locale.ROOT) + " " + path.getKey().substring(1));
                }
            }
        }
        return operations;
    }

    /** The query parameters of an operation, and the members of its body. */
    Set<String> parameters(String method, String path) {
        Set<String> names =
                new TreeSet<>(
                        operation(method, path)
                                .path("requestBody")
                                .path("content")
                                .path("application/json")
                                .path("schema")
                                .path("properties")
                                .propertyNames());
        for (JsonNode parameter : operation(method, path).path("parameters")) {
            JsonNode resolved = resolve(parameter);
            if (resolved.required("in").stringValue().equals("query")) {
                names.add(resolved.required("name").stringValue());
            }
        }
        return names;
    }

    /** Expects that an answer is as documented. */
    void expectDocumented(String method, String path, int status, @Nullable String body) {
        JsonNode response =
                operation(method, path).required("responses").path(Integer.toString(status));
        assertThat(response.isMissingNode()).as("%s %s returns %s", method, path, status).isFalse();
        JsonNode content = resolve(response).path("content").path("application/json");
        if (content.isMissingNode()) {
            assertThat(body).isNullOrEmpty();
        } else {
            assertValid(content.required("schema"), JsonMapper.shared().readTree(body));
        }
    }

    /** Expects that the data of an event is as documented. */
    void expectDocumentedEvent(String type, JsonNode data) {
        assertValid(
                JsonMapper.shared()
                        .createObjectNode()
                        .put("$ref", "#/components/schemas/Event-" + type),
                data);
    }

    private void assertValid(JsonNode schema, JsonNode value) {
        ObjectNode whole = JsonMapper.shared().createObjectNode();
        whole.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        whole.set("components", document.required("components"));
        whole.set("allOf", JsonMapper.shared().createArrayNode().add(schema));
        Schema compiled = schemas.getSchema(whole);
        assertThat(compiled.validate(value)).as("%s", value).isEmpty();
    }

    private JsonNode operation(String method, String path) {
        return document.required("paths")
                .required("/" + path)
                .required(method.toLowerCase(Locale.ROOT));
    }

    private JsonNode resolve(JsonNode node) {
        JsonNode reference = node.path("$ref");
        return reference.isMissingNode()
                ? node
                : document.requiredAt(reference.stringValue().substring(1));
    }
}
