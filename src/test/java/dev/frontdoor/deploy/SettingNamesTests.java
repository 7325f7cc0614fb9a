package dev.frontdoor.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Every setting that a document, an example or the chart names is one that the service has. */
class SettingNamesTests {

    private static final SettingsMetadata SETTINGS = new SettingsMetadata();

    private static final Map<String, Object> VALUES = Chart.parse(Chart.text("values.yaml"));

    /** Settings of Spring Boot that its metadata leaves out. */
    private static final Set<String> WITHOUT_METADATA = Set.of("logging.expect-correlation-id");

    @Test
    void everySettingOfTheChartAndOfTheExamplesExists() throws IOException {
        Set<String> shown = new TreeSet<>();
        for (Path example : Chart.examples()) {
            Object config = Chart.parse(Files.readString(example)).get("config");
            if (config != null) {
                collect("", Chart.map(config), shown);
            }
        }
        collect(
                "",
                Chart.parse(
                        Chart.render(Chart.NO_VALUES)
                                .named("ConfigMap", Chart.FULL_NAME)
                                .text("data/application.yml")),
                shown);

        assertThat(shown).hasSizeGreaterThan(10);
        assertThat(shown).allSatisfy(name -> assertThat(SETTINGS.isKnown(name)).as(name).isTrue());
    }

    @Test
    void applicationYmlHoldsExactlyTheSettingsOfTheService() throws IOException {
        Set<String> written = new TreeSet<>();
        collect("", Chart.parse(Files.readString(Path.of("application.yml"))), written);

        written.removeAll(WITHOUT_METADATA);
        assertThat(written)
                .allSatisfy(name -> assertThat(SETTINGS.isKnown(name)).as(name).isTrue());
        assertThat(written).containsAll(SETTINGS.ofService());
    }

    @Test
    void everySettingInADocumentExists() {
        Set<String> found = new TreeSet<>();
        for (Document document : Document.all()) {
            found.addAll(DocumentedSettings.settings(document));
            found.addAll(DocumentedSettings.variables(document));
            assertThat(unknownSettings(document)).as("%s", document.path()).isEmpty();
        }

        assertThat(found).hasSizeGreaterThan(80);
        assertThat(found).filteredOn(name -> name.startsWith("FRONTDOOR")).hasSizeGreaterThan(2);
    }

    @Test
    void everySettingOfTheServiceIsInOperationsMd() {
        Document operations =
                Document.all().stream()
                        .filter(document -> document.path().endsWith("operations.md"))
                        .findFirst()
                        .orElseThrow();

        assertThat(DocumentedSettings.settings(operations))
                .containsAll(
                        SETTINGS.ofService().stream()
                                .filter(name -> !name.equals("frontdoor.notifiers.beans"))
                                .toList());
    }

    @Test
    void everyValueOfTheChartInADocumentExists() {
        Set<String> found = new TreeSet<>();
        for (Document document : Document.all()) {
            found.addAll(DocumentedSettings.values(document, VALUES.keySet()));
            assertThat(unknownValues(document)).as("%s", document.path()).isEmpty();
        }

        assertThat(found).hasSizeGreaterThan(100);
    }

    @Test
    void aWrongSettingIsFound() {
        Document document =
                Document.planted(
                        """
                        `frontdoor.path`, `frontdoor.pth`, `server.ssl.*`, `server.prot`,
                        `--frontdoor.drain.windw=1m`, `frontdoor.notifiers.beans.banned.timeout`,
                        `frontdoor.notifiers.beans.banned.timeot`, `FRONTDOOR_DRAIN_WINDOW=1m`,
                        `FRONTDOOR_DRAIN_WINDW=1m`, `FRONTDOOR_NOTIFIERS_BEANS_BANNED_TIMEOUT`,
                        `FRONTDOOR_NOTIFIERS_BEANS_BANNED_TIMEOT`, `dev.frontdoor.pth`.

                        | limit of `frontdoor.limits` |
                        |---|
                        | `max-connections`, `frontdoor.pushes.*` |
                        | `max-conections` |

                        ```yaml
                        frontdoor:
                          webhook:
                            enabled: true
                            ulr: x
                        ```

                        ```sh
                        java -jar x.jar --management.server.prt=1
                        ```
                        """);

        assertThat(unknownSettings(document))
                .containsExactlyInAnyOrder(
                        "frontdoor.pth",
                        "server.prot",
                        "frontdoor.drain.windw",
                        "frontdoor.notifiers.beans.banned.timeot",
                        "FRONTDOOR_DRAIN_WINDW",
                        "FRONTDOOR_NOTIFIERS_BEANS_BANNED_TIMEOT",
                        "frontdoor.limits.max-conections",
                        "frontdoor.webhook.ulr",
                        "management.server.prt");
    }

    @Test
    void aWrongValueOfTheChartIsFound() {
        Document document =
                Document.planted(
                        """
                        `drain.window: 50s`, `drain.windw`, `notifiers.md`, `auth.tokens`

                        ```yaml
                        config: {frontdoor: {path: /x}}
                        drain: {pushGrac: 1s}
                        notfiers: []
                        ```
                        """);

        assertThat(unknownValues(document))
                .containsExactlyInAnyOrder("drain.windw", "drain.pushGrac", "notfiers");
    }

    private static List<String> unknownSettings(Document document) {
        List<String> unknown = new ArrayList<>();
        boolean changelog = document.path().endsWith("CHANGELOG.md");
        for (String name : DocumentedSettings.settings(document)) {
            if (changelog && SETTINGS.wasKnown(name)) {
                continue;
            }
            if (!SETTINGS.isKnown(name) && !WITHOUT_METADATA.contains(name) && !isMeter(name)) {
                unknown.add(name);
            }
        }
        for (String name : DocumentedSettings.variables(document)) {
            if (!SETTINGS.isKnownVariable(name)) {
                unknown.add(name);
            }
        }
        return unknown;
    }

    private static List<String> unknownValues(Document document) {
        return DocumentedSettings.values(document, VALUES.keySet()).stream()
                .filter(name -> !Chart.hasValue(name))
                .toList();
    }

    /** Meters have dotted names too; MetricNamesIntegrationTests checks them. */
    private static boolean isMeter(String name) {
        try (Stream<Path> sources = Files.walk(Path.of("src", "main", "java"))) {
            for (Path source : sources.filter(file -> file.toString().endsWith(".java")).toList()) {
                if (Files.readString(source).contains("\"%s\"".formatted(name))) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void collect(String prefix, Map<String, Object> values, Set<String> into) {
        values.forEach((key, value) -> {
            String name = prefix.isEmpty() ? key : prefix + "." + key;
            if (value instanceof Map<?, ?> map && !map.isEmpty()) {
                collect(name, Chart.map(map), into);
            } else {
                into.add(name);
            }
        });
    }
}
