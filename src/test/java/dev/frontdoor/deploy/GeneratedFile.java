package dev.frontdoor.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A committed file that is made from others: checked, or with {@code -Dgenerate=apply} written. */
final class GeneratedFile {

    private GeneratedFile() {}

    static void check(Path file, String expected) throws IOException {
        if ("apply".equals(System.getProperty("generate"))) {
            Files.writeString(file, expected);
            return;
        }
        assertThat(Files.exists(file) ? Files.readString(file) : "")
                .as(
                        "%s is not what it is made from; run: mvn test"
                                + " -Dtest='dev.frontdoor.deploy.*Tests' -Dgenerate=apply",
                        file)
                .isEqualTo(expected);
    }
}
