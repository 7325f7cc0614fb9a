package dev.frontdoor.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/** The jars that the build has made before integration tests run. */
final class BuiltJars {

    private BuiltJars() {}

    /** The jar that operators start. */
    static Path executable() {
        return jar("-exec");
    }

    /** The jar that authors of notifiers compile against. */
    static Path plain() {
        return jar("");
    }

    private static Path jar(String classifier) {
        Properties build = new Properties();
        try (InputStream info =
                BuiltJars.class.getResourceAsStream("/META-INF/build-info.properties")) {
            if (info == null) {
                throw new AssertionError("build-info.properties is missing; build with Maven");
            }
            build.load(info);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Path jar =
                Path.of(
                                "target",
                                "%s-%s%s.jar"
                                        .formatted(
                                                build.getProperty("build.artifact"),
                                                build.getProperty("build.version"),
                                                classifier))
                        .toAbsolutePath();
        if (!Files.isRegularFile(jar)) {
            throw new AssertionError(jar + " is missing; mvn package makes it");
        }
        return jar;
    }
}
