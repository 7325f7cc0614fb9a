package dev.frontdoor.deploy;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;

import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The chart of this checkout, rendered by Helm itself, without a cluster. */
final class Chart {

    static final Path FOLDER = Path.of("helm", "worker-front-door").toAbsolutePath();
    static final String RELEASE = "front";
    static final String NAMESPACE = "workers";
    static final String FULL_NAME = "front-worker-front-door";
    static final String NO_VALUES = "{}";

    /**
     * Helm's library returns no hooks, such as the chart's test, and looks objects up in a cluster.
     * What is rendered is a copy in which the test is an object like any other, without look-ups.
     */
    private static final Path COPY = copy();

    /** What every installation sets; tests of single values need not repeat it. */
    static final Path REGISTRY = COPY.resolve("ci").resolve("default-values.yaml");

    private static final String KUBERNETES = "v1.36.0";

    private Chart() {}

    static Helm helm() {
        return new Helm(FOLDER);
    }

    static Path file(String name) {
        return FOLDER.resolve(name);
    }

    static String text(String name) {
        try {
            return Files.readString(file(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The values files that show each of the chart's toggles, and those for real situations. */
    static List<Path> examples() {
        List<Path> examples = new ArrayList<>();
        for (Path folder : List.of(file("ci"), Path.of("examples", "kubernetes"))) {
            try (Stream<Path> files = Files.list(folder)) {
                files.filter(path -> path.toString().endsWith("-values.yaml"))
                        .sorted()
                        .forEach(examples::add);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return examples;
    }

    /** Renders these values with a registry, for the Kubernetes that the tests check against. */
    static Rendered render(String values) {
        return render(values, KUBERNETES);
    }

    static Rendered render(String values, String kubernetes) {
        try {
            Path file = Files.createTempFile("values", ".yaml");
            try {
                Files.writeString(file, values);
                return render(kubernetes, REGISTRY, file);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Rendered render(Path values) {
        return render(KUBERNETES, values);
    }

    private static Rendered render(String kubernetes, Path... values) {
        TemplateCommand template =
                new Helm(COPY)
                        .template()
                        .withName(RELEASE)
                        .withNamespace(NAMESPACE)
                        .withKubeVersion(kubernetes);
        for (Path file : values) {
            template.withValuesFile(file);
        }
        List<Manifest> objects = new ArrayList<>();
        parseAll(template.call())
                .forEach(document -> {
                    if (document != null) {
                        objects.add(new Manifest(map(document)));
                    }
                });
        return new Rendered(objects);
    }

    /** Whether the schema has a value of this dotted name, or lets any key through there. */
    static boolean hasValue(String name) {
        Map<String, Object> here = parse(text("values.schema.json"));
        for (String key : name.split("\\.", -1)) {
            if (!(here.get("properties") instanceof Map<?, ?> properties)) {
                return true;
            }
            if (!properties.containsKey(key)) {
                return false;
            }
            here = map(properties.get(key));
        }
        return true;
    }

    static Map<String, Object> parse(String yaml) {
        return map(yaml().load(yaml));
    }

    static Iterable<Object> parseAll(String yaml) {
        return yaml().loadAll(yaml);
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }

    private static Path copy() {
        try (Stream<Path> files = Files.walk(FOLDER)) {
            Path copy = Files.createTempDirectory("chart").resolve(FOLDER.getFileName());
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = copy.resolve(FOLDER.relativize(file));
                Files.createDirectories(target.getParent());
                Files.writeString(
                        target,
                        Files.readString(file)
                                .replace("\"helm.sh/hook\"", "\"was-hook\"")
                                .replaceAll(":= lookup .*", ":= dict -}}"));
            }
            return copy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Yaml yaml() {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        return new Yaml(new SafeConstructor(options));
    }
}
