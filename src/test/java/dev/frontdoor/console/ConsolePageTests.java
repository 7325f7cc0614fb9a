package dev.frontdoor.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.registration.CloseCause;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the files of the page have in common. */
class ConsolePageTests {

    private static final Path SOURCES = Path.of("src/main/resources/dev/frontdoor/console/page");

    private static final int MAX_COMPRESSED = 150 * 1024;
    private static final int MAX_LINES = 300;

    private static final Pattern IMPORT = Pattern.compile("from \"(.+?)\";");
    private static final Pattern ELSEWHERE = Pattern.compile("https?://|//[a-z]+\\.[a-z]");
    private static final Pattern MARKUP =
            Pattern.compile("innerHTML|outerHTML|insertAdjacentHTML|document\\.write|eval\\(");
    private static final Pattern CODE = Pattern.compile("(?m)^  (\\d{4}): \"");
    private static final Pattern ALERT = Pattern.compile("\"(FrontDoor\\w+)\"");

    @Test
    void everyFileOfThePageIsServed() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            List<String> sources =
                    files.filter(Files::isRegularFile)
                            .map(file -> SOURCES.relativize(file).toString())
                            .toList();
            assertThat(ConsolePage.FILES).containsAll(sources);
        }
        assertThat(ConsolePage.FILES).doesNotHaveDuplicates();
    }

    @Test
    void allFilesTogetherAreSmall() {
        long compressed =
                ConsolePage.FILES.stream()
                        .mapToLong(name -> PageFile.read(name).compressed().length)
                        .sum();

        assertThat(compressed).isBetween(10_000L, (long) MAX_COMPRESSED);
    }

    @Test
    void noModuleIsLong() {
        assertThat(sources())
                .allSatisfy(source -> assertThat(source.lines()).hasSizeLessThan(MAX_LINES));
    }

    @Test
    void modulesImportModulesOfThePageOnly() {
        for (String name : modules()) {
            List<String> imported =
                    IMPORT.matcher(source(name)).results().map(found -> found.group(1)).toList();
            assertThat(imported)
                    .as(name)
                    .allSatisfy(target ->
                            assertThat(ConsolePage.FILES).contains(resolved(name, target)));
        }
    }

    private static String resolved(String module, String target) {
        return Path.of("/")
                .resolve(module)
                .resolveSibling(target)
                .normalize()
                .toString()
                .substring(1);
    }

    @Test
    void nothingComesFromElsewhere() {
        for (String name : ConsolePage.FILES) {
            if (!List.of("icon.svg", "lib/preact.js", "runbook.md").contains(name)) {
                assertThat(source(name)).as(name).doesNotContainPattern(ELSEWHERE);
            }
        }
    }

    @Test
    void textIsNeverMarkup() {
        assertThat(sources())
                .allSatisfy(source -> assertThat(source).doesNotContainPattern(MARKUP));
    }

    @Test
    void pageHasNoScriptAndNoStyleOfItsOwn() {
        assertThat(source(ConsolePage.INDEX))
                .doesNotContain("<style", "style=", " on")
                .containsPattern("<script [^>]*src=[^>]*></script>");
    }

    @Test
    void everyCloseCodeHasWords() {
        List<String> words =
                CODE.matcher(source("core/codes.js"))
                        .results()
                        .map(found -> found.group(1))
                        .toList();

        assertThat(words)
                .containsAll(
                        Stream.of(CloseCause.values())
                                .map(cause -> Integer.toString(cause.code()))
                                .toList());
    }

    @Test
    void everyAlertHasASectionInTheRunbook() {
        List<String> alerts =
                ALERT.matcher(source("core/alerts.js"))
                        .results()
                        .map(MatchResult::group)
                        .map(name -> name.replace("\"", ""))
                        .toList();

        assertThat(alerts).hasSizeGreaterThan(5);
        String runbook = source("runbook.md");
        assertThat(alerts).allSatisfy(name -> assertThat(runbook).contains("### " + name + "\n"));
    }

    private static List<String> sources() {
        return modules().stream().map(ConsolePageTests::source).toList();
    }

    /** The modules that are written here. */
    private static List<String> modules() {
        return ConsolePage.FILES.stream()
                .filter(name -> name.endsWith(".js") && !name.startsWith("lib/"))
                .toList();
    }

    private static String source(String name) {
        return new String(PageFile.read(name).content(), StandardCharsets.UTF_8);
    }
}
