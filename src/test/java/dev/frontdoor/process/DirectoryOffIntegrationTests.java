package dev.frontdoor.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.test.TestWorker;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a process has of Redis, and of the validator of schemas, while their notifiers are off. */
class DirectoryOffIntegrationTests {

    @TempDir Path directory;

    @Test
    void nothingOfRedisAndOfSchemasIsLoadedWithoutTheirNotifiers() throws Exception {
        Path classes = directory.resolve("classes");
        try (ServiceProcess service =
                ServiceProcess.in(directory)
                        .jvmOption("-Xlog:class+load:file=" + classes)
                        .start()) {
            assertThat(service.get("/actuator/health").body()).doesNotContain("redis", "directory");
            var fleet = service.get("/actuator/fleet");
            assertThat(fleet.statusCode()).isEqualTo(404);
            assertThat(fleet.body()).contains("the fleet needs frontdoor.directory.enabled");
            assertThat(service.get("/actuator/events?scope=fleet").statusCode()).isEqualTo(400);
            assertThat(service.get("/actuator/prometheus").body())
                    .doesNotContain("frontdoor_directory", "lettuce");

            List<String> loaded = Files.readAllLines(classes);
            assertThat(loaded).anyMatch(line -> line.contains("dev.frontdoor.connection."));
            assertThat(loaded.stream().filter(DirectoryOffIntegrationTests::isOfRedis)).isEmpty();
            assertThat(loaded).noneMatch(line -> line.contains(" com.networknt."));
        }
    }

    @Test
    void aServiceWithoutRedisStartsAndTakesWorkers() throws Exception {
        try (ServiceProcess service =
                        ServiceProcess.in(directory)
                                .start(
                                        "--frontdoor.directory.enabled=true",
                                        "--spring.data.redis.port=9",
                                        "--spring.data.redis.password=a-secret-password");
                TestWorker worker = service.worker().connect()) {
            worker.register(TestWorker.registration("worker"));

            assertThat(service.get("/actuator/health/readiness").statusCode()).isEqualTo(200);
            assertThat(service.get("/actuator/health/directory").statusCode()).isEqualTo(503);
            assertThat(service.get("/actuator/fleet").statusCode()).isEqualTo(503);
            assertThat(service.log()).doesNotContain("a-secret-password");
        }
    }

    @Test
    void aRegistrationThatMustWaitForRedisIsRejectedWithoutIt() throws Exception {
        try (ServiceProcess service =
                        ServiceProcess.in(directory)
                                .start(
                                        "--frontdoor.directory.enabled=true",
                                        "--frontdoor.directory.await=true",
                                        "--spring.data.redis.port=9");
                TestWorker worker = service.worker().connect()) {
            assertThat(worker.register(TestWorker.registration("worker")).rejection())
                    .contains("directory of workers cannot be reached, retry in 5 s");
        }
    }

    private static boolean isOfRedis(String line) {
        return line.contains(" io.lettuce.")
                || line.contains(" org.springframework.data.redis.")
                || line.contains(" redis.");
    }
}
