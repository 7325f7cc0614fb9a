package dev.frontdoor.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Whether the tables of bounds in the operators' document have all limits, with defaults. */
class DocumentedLimitsTests {

    /** A default that the document says in words. */
    private static final String IN_WORDS = "0";

    private static final Set<String> NO_BOUNDS = Set.of("trusted-proxies");
    private static final String MANAGEMENT = "**Of the management port**";
    private static final String AFTER_UPGRADE = "**After the upgrade**";

    private final String section;

    DocumentedLimitsTests() throws IOException {
        String document = Files.readString(Path.of("docs", "operations.md"));
        section =
                document.substring(
                        document.indexOf("\n## 7. Limits"), document.indexOf("\n## 8. "));
    }

    @Test
    void tablesHaveEachLimitOfWorkers() throws IOException {
        int management = section.indexOf(MANAGEMENT);
        int after = section.indexOf(AFTER_UPGRADE);
        String tables = section.substring(0, management) + section.substring(after);
        expectRows(tables, settings("limits"));
    }

    @Test
    void tableHasEachLimitOfTheManagementPort() throws IOException {
        String table =
                section.substring(section.indexOf(MANAGEMENT), section.indexOf(AFTER_UPGRADE));
        expectRows(table, settings("management", "limits"));
    }

    private static void expectRows(String tables, Map<?, ?> limits) {
        assertThat(limits).isNotEmpty();
        List<String> rows = tables.lines().filter(line -> line.startsWith("|")).toList();
        limits.forEach((name, value) -> {
            if (!NO_BOUNDS.contains(name.toString())) {
                String defaultValue = value.toString();
                assertThat(rows)
                        .as("a row of %s with its default %s", name, defaultValue)
                        .anyMatch(row ->
                                row.contains("`" + name + "`")
                                        && (defaultValue.equals(IN_WORDS)
                                                || row.contains(defaultValue)));
            }
        });
    }

    private static Map<?, ?> settings(String... path) throws IOException {
        try (Reader file = Files.newBufferedReader(Path.of("application.yml"))) {
            Map<?, ?> settings = (Map<?, ?>) new Yaml().<Map<?, ?>>load(file).get("frontdoor");
            for (String name : path) {
                settings = (Map<?, ?>) settings.get(name);
            }
            return settings;
        }
    }
}
