package dev.frontdoor.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The BOM for authors of notifiers is made from the service's pom and its libraries. */
class NotifierBomTests {

    private static final Path BOM = Path.of("bom", "pom.xml");

    /** Maven writes it: each library that the service has at run time. */
    private static final Path LIBRARIES = Path.of("target", "runtime-dependencies.txt");

    private static final Pattern LIBRARY =
            Pattern.compile(
                    "\\s+(?<group>[^:\\s]+):(?<artifact>[^:]+):jar:(?:(?<classifier>[^:]+):)?(?<version>[^:]+):(?:compile|runtime)\\b.*");

    private static final Pattern PARENT_VERSION =
            Pattern.compile("(?s)<parent>.*?<version>(.*?)</version>");

    private static final Pattern VERSION =
            Pattern.compile("(?s)<artifactId>worker-front-door</artifactId>\\s*<version>(.*?)<");

    private static final String TEMPLATE =
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <!-- Made from the service's libraries; docs/notifiers.md explains its use. -->
            <project xmlns="http://maven.apache.org/POM/4.0.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://maven.apache.org/POM/4.0.0 https://maven.apache.org/xsd/maven-4.0.0.xsd">
                <modelVersion>4.0.0</modelVersion>

                <groupId>dev.frontdoor</groupId>
                <artifactId>worker-front-door-notifier-bom</artifactId>
                <version>@version@</version>
                <packaging>pom</packaging>
                <name>Worker front door: BOM for notifiers</name>
                <description>The versions of a notifier's dependencies. The service provides what has the scope provided</description>

                <dependencyManagement>
                    <dependencies>
                        <dependency>
                            <groupId>dev.frontdoor</groupId>
                            <artifactId>worker-front-door</artifactId>
                            <version>@version@</version>
                            <scope>provided</scope>
                        </dependency>
                        <dependency>
                            <groupId>dev.frontdoor</groupId>
                            <artifactId>worker-front-door</artifactId>
                            <version>@version@</version>
                            <classifier>tests</classifier>
                            <scope>test</scope>
                        </dependency>
            @libraries@
                        <dependency>
                            <groupId>org.springframework.boot</groupId>
                            <artifactId>spring-boot-dependencies</artifactId>
                            <version>@boot@</version>
                            <type>pom</type>
                            <scope>import</scope>
                        </dependency>
                    </dependencies>
                </dependencyManagement>
            </project>
            """;

    @Test
    void everyLibraryOfTheServiceIsProvidedInItsVersion() throws IOException {
        String pom = Files.readString(Path.of("pom.xml"));
        List<String> libraries =
                Files.readAllLines(LIBRARIES).stream()
                        .map(LIBRARY::matcher)
                        .filter(Matcher::matches)
                        .map(NotifierBomTests::provided)
                        .sorted()
                        .toList();
        assertThat(libraries).hasSizeGreaterThan(80);

        GeneratedFile.check(
                BOM,
                TEMPLATE.replace("@version@", first(VERSION, pom))
                        .replace("@boot@", first(PARENT_VERSION, pom))
                        .replace("@libraries@\n", String.join("", libraries)));
    }

    private static String provided(Matcher library) {
        String classifier = library.group("classifier");
        return List.of(
                        "<dependency>",
                        "    <groupId>%s</groupId>".formatted(library.group("group")),
                        "    <artifactId>%s</artifactId>".formatted(library.group("artifact")),
                        "    <version>%s</version>".formatted(library.group("version")),
                        classifier == null
                                ? ""
                                : "    <classifier>%s</classifier>".formatted(classifier),
                        "    <scope>provided</scope>",
                        "</dependency>")
                .stream()
                .filter(line -> !line.isEmpty())
                .map(line -> " ".repeat(12) + line + "\n")
                .collect(Collectors.joining());
    }

    private static String first(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        assertThat(matcher.find()).as("%s", pattern).isTrue();
        return matcher.group(1);
    }
}
