package dev.frontdoor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.connection.ConditionalOnFrontDoor;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.context.ConfigurableApplicationContext;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;

/** Somebody else's application with settings of its own, which only has the service's jar. */
class OtherApplicationTests {

    @EnableAutoConfiguration
    static class OtherApplication {}

    @ParameterizedTest
    @ValueSource(strings = {"", "--management.server.port=0"})
    void startsWithoutAnyBeanOfTheService(String management) throws Exception {
        try (ConfigurableApplicationContext application =
                        SpringApplication.run(
                                OtherApplication.class,
                                "--server.port=0",
                                "--spring.config.location=optional:classpath:/none/",
                                management);
                HttpClient client = HttpClient.newHttpClient()) {
            assertThat(application.getBeanDefinitionNames())
                    .extracting(name -> String.valueOf(application.getType(name)))
                    .filteredOn(type -> type.contains("dev.frontdoor."))
                    .containsExactly(OtherApplication.class.toString());
            String port = management.isEmpty() ? "local.server.port" : "local.management.port";
            URI health =
                    URI.create(
                            "http://localhost:%s/actuator/health"
                                    .formatted(
                                            application
                                                    .getEnvironment()
                                                    .getRequiredProperty(port)));

            HttpResponse<String> response =
                    client.send(HttpRequest.newBuilder(health).build(), BodyHandlers.ofString());

            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        }
    }

    @Test
    void eachPartOfTheManagementServerBelongsToTheService() {
        ClassLoader loader = OtherApplicationTests.class.getClassLoader();
        List<String> parts =
                ImportCandidates.load(ManagementContextConfiguration.class, loader)
                        .getCandidates()
                        .stream()
                        .filter(part -> part.startsWith("dev.frontdoor."))
                        .toList();

        assertThat(parts)
                .isNotEmpty()
                .allSatisfy(part ->
                        assertThat(Class.forName(part, false, loader))
                                .hasAnnotation(ConditionalOnFrontDoor.class));
    }
}
