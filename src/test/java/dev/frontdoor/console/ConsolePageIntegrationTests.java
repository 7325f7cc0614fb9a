package dev.frontdoor.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.test.HttpResponse;
import dev.frontdoor.test.server.HttpSocket;
import dev.frontdoor.test.server.OpenServerTest;
import dev.frontdoor.test.server.ServerUnderTest;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.JsonNode;

import java.io.IOException;

/** How the page is served. */
@OpenServerTest
class ConsolePageIntegrationTests {

    private final ServerUnderTest server;

    ConsolePageIntegrationTests(ServerUnderTest server) {
        this.server = server;
    }

    /** A relative address holds behind a path prefix and a port-forward. */
    @ParameterizedTest
    @CsvSource({"/, console/", "/console, console/", "/actuator/console, ../console/"})
    void addressLeadsToThePage(String path, String target) throws IOException {
        HttpResponse response = server.ask(path);

        assertThat(response.status()).isEqualTo(302);
        assertThat(response.header("Location")).containsExactly(target);
    }

    @Test
    void everyFileHasAContentTypeAndAStrictPolicy() throws IOException {
        for (String name : ConsolePage.FILES) {
            HttpResponse response = server.ask("/console/" + name);
            assertThat(response.status()).as(name).isEqualTo(200);
            assertThat(response.header("Content-Type").getFirst()).endsWith(";charset=UTF-8");
            assertThat(response.header("X-Content-Type-Options")).containsExactly("nosniff");
            assertThat(response.header("Content-Security-Policy").getFirst())
                    .startsWith("default-src 'none'; ")
                    .contains("frame-ancestors 'none'", "require-trusted-types-for 'script'")
                    .doesNotContain("unsafe", "http", "*");
        }
    }

    @Test
    void pageIsServedAtItsDirectory() throws IOException {
        HttpResponse page = server.ask("/console/");

        assertThat(page.header("Content-Type")).containsExactly("text/html;charset=UTF-8");
        assertThat(page.body()).contains("<script type=\"module\" src=\"main.js\">");
    }

    @Test
    void fileIsCompressedForThoseWhoTakeIt() throws IOException {
        HttpResponse plain = server.ask("/console/main.js");
        HttpResponse compressed = get("/console/main.js", "Accept-Encoding: br, gzip");

        assertThat(plain.header("Content-Encoding")).isEmpty();
        assertThat(compressed.header("Content-Encoding")).containsExactly("gzip");
        assertThat(compressed.header("Vary")).contains("Accept-Encoding");
        assertThat(compressed.header("ETag")).isNotEqualTo(plain.header("ETag"));
    }

    @Test
    void fileThatIsTheSameIsNotSentAgain() throws IOException {
        HttpResponse first = server.ask("/console/main.js");
        String etag = first.header("ETag").getFirst();

        assertThat(first.header("Cache-Control")).containsExactly("no-cache");
        assertThat(get("/console/main.js", "If-None-Match: " + etag).status()).isEqualTo(304);
        assertThat(get("/console/main.js", "If-None-Match: \"other\"").status()).isEqualTo(200);
    }

    @Test
    void headHasNoBody() throws IOException {
        try (HttpSocket operators = server.operators()) {
            HttpResponse head =
                    operators
                            .send(
                                    "HEAD /console/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                            .answerWithoutBody();
            assertThat(head.status()).isEqualTo(200);
            assertThat(head.header("Content-Type")).containsExactly("text/html;charset=UTF-8");
            assertThat(operators.ends()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/console/nothing.js",
                "/console/lib",
                "/console/lib/",
                "/console/PageFile.class",
                "/console/lib/preact-license.txt",
                "/console//main.js",
                "/console/../console/main.js",
                "/console/core/%2e%2e/main.js"
            })
    void nothingElseIsServed(String path) throws IOException {
        assertThat(server.ask(path).status()).isBetween(400, 404);
    }

    @Test
    void otherMethodsAreNotServed() throws IOException {
        assertThat(server.request("POST", "/console/").status()).isEqualTo(404);
    }

    @Test
    void pageLearnsTheAddressOfEveryEndpoint() throws IOException {
        JsonNode links = server.read("/actuator").required("_links");
        JsonNode addresses = server.read("/console/endpoints.json");

        assertThat(addresses.propertyNames()).contains("registrations", "events", "health");
        for (String endpoint : addresses.propertyNames()) {
            assertThat(links.required(endpoint).required("href").stringValue())
                    .endsWith(addresses.required(endpoint).stringValue().substring(2));
        }
    }

    private HttpResponse get(String path, String header) throws IOException {
        try (HttpSocket operators = server.operators()) {
            return operators
                    .send(
                            "GET %s HTTP/1.1\r\nHost: localhost\r\n%s\r\nConnection: close\r\n\r\n"
                                    .formatted(path, header))
                    .answer();
        }
    }
}
