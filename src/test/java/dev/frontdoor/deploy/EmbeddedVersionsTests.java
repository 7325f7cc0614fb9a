package dev.frontdoor.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Projects with the service on their class path run it on the libraries that it is tested with. */
class EmbeddedVersionsTests {

    private static final Pattern VERSION =
            Pattern.compile("<(reactor-bom|netty)\\.version>[^<]+</\\1\\.version>");

    private static final Pattern PARENT =
            Pattern.compile(
                    "<artifactId>spring-boot-starter-parent</artifactId>\\s+<version>[^<]+<");

    @ParameterizedTest
    @ValueSource(strings = {"examples/embedded/pom.xml", "docs/embedding.md", "bench/pom.xml"})
    void versionsAreTheServices(Path project) throws IOException {
        assertThat(versions(VERSION, project))
                .containsExactlyElementsOf(versions(VERSION, Path.of("pom.xml")))
                .hasSize(2);
        assertThat(versions(PARENT, project))
                .containsExactlyElementsOf(versions(PARENT, Path.of("pom.xml")))
                .hasSize(1);
    }

    private static List<String> versions(Pattern pattern, Path file) throws IOException {
        return pattern.matcher(Files.readString(file))
                .results()
                .map(MatchResult::group)
                .map(found -> found.replaceAll("\\s+", ""))
                .toList();
    }
}
