package dev.frontdoor.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.test.HttpResponse;
import dev.frontdoor.test.server.HttpSocket;
import dev.frontdoor.test.server.Requests;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** No file of a notifier jar is served, on either port. */
class StaticFilesIntegrationTests {

    private static final String SECRET = "content of a notifier jar";

    private static final List<String> FILES =
            List.of(
                    "static/index.html",
                    "static/a.txt",
                    "public/index.html",
                    "public/b.txt",
                    "resources/index.html",
                    "META-INF/resources/index.html",
                    "META-INF/resources/c.txt",
                    "META-INF/resources/webjars/d.js",
                    "templates/index.html",
                    "templates/error.html",
                    "static/error/404.html",
                    "static/favicon.ico",
                    "index.html");

    private static final List<String> PATHS =
            List.of(
                    "/",
                    "/index",
                    "/index.html",
                    "/a.txt",
                    "/b.txt",
                    "/c.txt",
                    "/webjars/d.js",
                    "/favicon.ico",
                    "/static/a.txt",
                    "/static/../static/a.txt",
                    "/META-INF/resources/c.txt",
                    "/error",
                    "/application.yml",
                    "/nothing");

    @TempDir Path directory;

    @Test
    void fileOfANotifierJarIsNotServed() throws Exception {
        NotifierJar jar = Bystanders.notifier();
        FILES.forEach(file -> jar.with(file, SECRET));
        jar.writeTo(directory.resolve("notifiers/files.jar"));
        try (ServiceProcess service = ServiceProcess.in(directory).start();
                Bystanders bystanders = new Bystanders(service)) {
            for (String path : PATHS) {
                expectNothing(get(service.workersPort(), path), path);
                if (!path.equals("/")) {
                    expectNothing(get(service.managementPort(), path), path);
                }
            }
            HttpResponse root = get(service.managementPort(), "/");
            assertThat(root.status()).isEqualTo(302);
            assertThat(root.header("Location")).containsExactly("console/");
            bystanders.expectServed();
        }
    }

    private static HttpResponse get(int port, String path) throws IOException {
        try (HttpSocket socket = HttpSocket.connect(port)) {
            return socket.send(
                            Requests.get(path)
                                    .replace("\r\n\r\n", "\r\nAccept: text/html, */*\r\n\r\n"))
                    .answer();
        }
    }

    private static void expectNothing(HttpResponse response, String path) {
        assertThat(response.status()).as(path).isBetween(400, 404);
        assertThat(response.body()).as(path).doesNotContain(SECRET);
    }
}
