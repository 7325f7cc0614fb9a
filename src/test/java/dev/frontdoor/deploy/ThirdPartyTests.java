package dev.frontdoor.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The list of libraries with their licenses is made from the bill of materials of the build. */
class ThirdPartyTests {

    private static final Path LIST = Path.of("THIRD-PARTY.md");

    /** Spring Boot's build makes it. */
    private static final Path BILL =
            Path.of("target", "classes", "META-INF", "sbom", "application.cdx.json");

    /** Maven writes it: each library that the service has at run time. */
    private static final Path LIBRARIES = Path.of("target", "runtime-dependencies.txt");

    private static final Set<String> PERMITTED =
            Set.of(
                    "Apache-2.0",
                    "BSD-2-Clause or CC0-1.0",
                    "EPL-2.0 or GPL-2.0-with-classpath-exception",
                    "EPL-2.0 or LGPL-2.1-only",
                    "MIT",
                    "MIT-0");

    private static final String TEMPLATE =
            """
            # Third-party libraries

            The jar of the service and its image contain these libraries, each under its own license. Of several licenses, you may choose one.
            `GET /actuator/sbom/application` of a running service returns the same list as a bill of materials, with hashes.

            | library | version | license |
            |---|---|---|
            @rows@
            """;

    private final JsonNode bill;

    ThirdPartyTests() {
        assumeTrue(Files.exists(BILL), "Maven was offline, and has made no bill of materials");
        bill = JsonMapper.shared().readTree(BILL.toFile());
    }

    @Test
    void listHasEveryLibraryAndItsLicense() throws IOException {
        String rows =
                components()
                        .map(ThirdPartyTests::row)
                        .sorted()
                        .distinct()
                        .collect(Collectors.joining("\n"));

        GeneratedFile.check(LIST, TEMPLATE.replace("@rows@", rows));
    }

    @Test
    void licenseOfEachLibraryIsAmongThosePermitted() {
        assertThat(components().map(ThirdPartyTests::license))
                .hasSizeGreaterThan(80)
                .allMatch(PERMITTED::contains);
    }

    @Test
    void billHasEveryLibraryOfTheService() throws IOException {
        Set<String> listed =
                components()
                        .map(ThirdPartyTests::coordinates)
                        .collect(Collectors.toCollection(TreeSet::new));
        List<String> libraries =
                Files.readAllLines(LIBRARIES).stream()
                        .filter(line -> line.contains(":jar:"))
                        .map(line -> line.strip().split(":"))
                        .map(parts -> parts[0] + ":" + parts[1] + ":" + parts[parts.length - 2])
                        .toList();

        assertThat(libraries).hasSizeGreaterThan(80);
        assertThat(listed).containsExactlyInAnyOrderElementsOf(new TreeSet<>(libraries));
    }

    private Stream<JsonNode> components() {
        return StreamSupport.stream(bill.required("components").spliterator(), false);
    }

    private static String row(JsonNode component) {
        return "| %s:%s | %s | %s |"
                .formatted(
                        component.required("group").stringValue(),
                        component.required("name").stringValue(),
                        component.required("version").stringValue(),
                        license(component));
    }

    private static String coordinates(JsonNode component) {
        return "%s:%s:%s"
                .formatted(
                        component.required("group").stringValue(),
                        component.required("name").stringValue(),
                        component.required("version").stringValue());
    }

    private static String license(JsonNode component) {
        return StreamSupport.stream(component.path("licenses").spliterator(), false)
                .map(each ->
                        each.path("license")
                                .path("id")
                                .asString(each.path("license").path("name").asString("?")))
                .sorted()
                .collect(Collectors.joining(" or "));
    }
}
