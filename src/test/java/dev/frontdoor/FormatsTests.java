package dev.frontdoor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A conversion such as {@code %d} writes the digits of the machine's locale, and {@code %n} its
 * line separator. Texts have {@code %s} instead, or name a locale.
 */
class FormatsTests {

    private static final Pattern DEPENDENT =
            Pattern.compile("%(\\d+\\$)?[-#+ 0,(<]*\\d*(\\.\\d+)?([dfeEgGn]|[tT][a-zA-Z])");

    private static final Pattern WITH_LOCALE =
            Pattern.compile("Locale\\.ROOT,\\s*\"[^\"]*\"", Pattern.DOTALL);

    @Test
    void noFormatDependsOnTheLocale() throws IOException {
        List<Path> sources;
        try (Stream<Path> files = Files.walk(Path.of("src", "main", "java"))) {
            sources = files.filter(file -> file.toString().endsWith(".java")).toList();
        }

        assertThat(sources).hasSizeGreaterThan(100);
        List<String> found = new ArrayList<>();
        for (Path source : sources) {
            dependent(Files.readString(source)).forEach(line -> found.add(source + ": " + line));
        }
        assertThat(found).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"%d bytes\".formatted(1)",
                "\"%,d\".formatted(1)",
                "\"%1$d\".formatted(1)",
                "\"%.2f\".formatted(1)",
                "\"%tY\".formatted(now)",
                "\"a%n\".formatted()"
            })
    void aFormatThatDependsOnTheLocaleIsFound(String source) {
        assertThat(dependent(source)).containsExactly(source);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"%s bytes\".formatted(1)",
                "\"0x%04X\".formatted(1)",
                "String.format(Locale.ROOT, \"%019d\", 1)"
            })
    void aFormatThatIsTheSameEverywhereIsNot(String source) {
        assertThat(dependent(source)).isEmpty();
    }

    private static List<String> dependent(String source) {
        return WITH_LOCALE
                .matcher(source)
                .replaceAll("")
                .lines()
                .filter(line -> line.contains("\"") && DEPENDENT.matcher(line).find())
                .toList();
    }
}
