package dev.frontdoor.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.test.server.OpenServerTest;
import dev.frontdoor.test.server.ServerUnderTest;

import org.junit.jupiter.api.Test;
import org.springframework.test.context.TestPropertySource;

import java.util.List;

/** The meters of a service that has not had a connection. */
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
                .filteredOn(line -> !isOfTheProcess(line))
                .allMatch(line -> line.endsWith(" 0") || line.endsWith(" 0.0"));
        assertThat(samples)
                .filteredOn(FirstScrapeIntegrationTests::isOfTheProcess)
                .hasSize(11)
                .noneMatch(line -> line.endsWith(" 0.0"));
    }

    /** Whether a sample is about the process, not about what workers have done. */
    private static boolean isOfTheProcess(String sample) {
        return sample.matches(
                "frontdoor_((tcp_|management_)?connections_limit|management_connections(_opened_total)? |budget_limit|direct_memory|build_info).*");
    }
}
