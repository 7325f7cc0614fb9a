package com.example.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import de.codecentric.boot.admin.server.domain.entities.Instance;
import de.codecentric.boot.admin.server.services.InstanceRegistry;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A running front door is registered, and Spring Boot Admin sees its health and endpoints. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class AdminApplicationTests {

    private static final Duration MAX_WAIT = Duration.ofSeconds(60);
    private static final Pattern MANAGEMENT_PORT =
            Pattern.compile("the management port (\\d+) speaks");

    @TempDir private static Path directory;

    private static Process service;
    private static Path log;

    @Autowired private InstanceRegistry instances;

    @BeforeAll
    static void startFrontDoor() throws Exception {
        log = directory.resolve("service.log");
        service =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx128m",
                                "-jar",
                                Path.of("target", "service.jar").toAbsolutePath().toString(),
                                "--server.port=0",
                                "--management.server.port=0")
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        await().atMost(MAX_WAIT).until(() -> Files.readString(log).contains("Started"));
    }

    @AfterAll
    static void stopFrontDoor() {
        service.destroyForcibly();
    }

    @DynamicPropertySource
    static void frontDoors(DynamicPropertyRegistry settings) {
        settings.add("front-doors", () -> "http://localhost:" + managementPort());
    }

    @Test
    void frontDoorIsUpAndShowsItsEndpoints() {
        await().atMost(MAX_WAIT)
                .untilAsserted(() -> {
                    Instance frontDoor =
                            Objects.requireNonNull(instances.getInstances().blockFirst());
                    assertThat(frontDoor.getStatusInfo().getStatus()).isEqualTo("UP");
                    assertThat(frontDoor.getEndpoints().get("registrations")).isPresent();
                    assertThat(frontDoor.getEndpoints().get("loggers")).isPresent();
                });
    }

    private static String managementPort() {
        try {
            Matcher port = MANAGEMENT_PORT.matcher(Files.readString(log));
            if (!port.find()) {
                throw new AssertionError("the front door did not start");
            }
            return port.group(1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
