package dev.frontdoor.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.test.server.OpenServerTest;
import dev.frontdoor.test.server.ServerUnderTest;

import org.junit.jupiter.api.Test;
import org.springframework.test.context.TestPropertySource;

import java.util.List;

/** What a service that nobody has visited yet says of itself. */
@OpenServerTest
@TestPropertySource(properties = "frontdoor.instance=not-visited-by-other-tests")
class FirstScrapeIntegrationTests {

    private final ServerUnderTest server;

    FirstScrapeIntegrationTests(ServerUnderTest server) {
        this.server = server;
    }

    @Test
    void firstScrapeShowsEveryMeterAtZero() throws Exception {
        List<String> samples =
                server.ask("/actuator/prometheus")
                        .body()
                        .lines()
                        .filter(line -> line.startsWith("frontdoor_"))
                        .toList();

        assertThat(samples).hasSizeGreaterThan(100);
        assertThat(samples)
                .filteredOn(line -> !line.startsWith("frontdoor_connections_limit "))
                .allMatch(line -> line.endsWith(" 0") || line.endsWith(" 0.0"));
        assertThat(samples)
                .filteredOn(line -> line.startsWith("frontdoor_connections_limit "))
                .singleElement()
                .asString()
                .doesNotEndWith(" 0.0");
    }
}
