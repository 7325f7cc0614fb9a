package dev.frontdoor.worker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/** All libraries have one version. */
class VersionTests {

    @Test
    void pomAndUserAgentHaveTheVersionOfAllLibraries() throws Exception {
        String version = Files.readString(Path.of("..", "VERSION")).strip();
        URI url = URI.create("ws://localhost:8080/liminal");

        assertThat(Files.readString(Path.of("pom.xml")))
                .contains(
                        "<artifactId>frontdoor-worker</artifactId>\n    <version>" + version + "<");
        assertThat(Worker.builder(url, Registration.of("w"), Push::payload).userAgent)
                .isEqualTo("frontdoor-worker-java/" + version);
    }
}
