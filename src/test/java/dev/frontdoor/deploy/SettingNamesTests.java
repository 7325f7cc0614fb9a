package dev.frontdoor.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Every setting that the chart makes, or that an example shows, is one that the service has. */
class SettingNamesTests {

    /** Below it, the keys are the names of beans. */
    private static final String BEANS = "frontdoor.notifiers.beans";

    @Test
    void everySettingShownIsOneOfApplicationYml() throws IOException {
        Set<String> known = new TreeSet<>();
        collect("", Chart.parse(Files.readString(Path.of("application.yml"))), known);
        Set<String> shown = new TreeSet<>();
        for (Path example : Chart.examples()) {
            Object config = Chart.parse(Files.readString(example)).get("config");
            if (config != null) {
                collect("", Chart.map(config), shown);
            }
        }
        collect("", chartsOwn(), shown);
        shown.removeIf(name -> !name.startsWith("frontdoor.") || name.startsWith(BEANS));

        assertThat(shown).hasSizeGreaterThan(10);
        assertThat(known).containsAll(shown);
    }

    private static Map<String, Object> chartsOwn() {
        return Chart.parse(
                Chart.render(Chart.NO_VALUES)
                        .named("ConfigMap", Chart.FULL_NAME)
                        .text("data/application.yml"));
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
