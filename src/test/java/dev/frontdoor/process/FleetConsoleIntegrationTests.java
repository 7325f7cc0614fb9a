package dev.frontdoor.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.frontdoor.process.FleetProcesses.Member;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.RedisServer;
import dev.frontdoor.test.server.ServerUnderTest;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The console of a process that shares a directory with another one. */
class FleetConsoleIntegrationTests {

    private static final String INSTANCES = "section[aria-label^=Fleet]";

    @TempDir private Path directory;

    @Test
    void pageShowsAllInstancesWithTheirWorkersAndWhoLeavesThem() throws Exception {
        try (Browser browser = Browser.startOrSkip();
                RedisServer redis = RedisServer.start();
                FleetProcesses fleet = new FleetProcesses(directory)) {
            Member one = fleet.start("--spring.data.redis.port=" + redis.port());
            Member two = fleet.start("--spring.data.redis.port=" + redis.port());
            one.register("one", 3);
            two.register("two", 4);

            browser.open("http://localhost:%s/".formatted(one.service.managementPort()));
            browser.awaitText(INSTANCES, "Fleet: 7 workers on 2 instances");
            browser.awaitText(INSTANCES, one.name + " this one");
            browser.awaitText(INSTANCES, two.name);
            assertThat(browser.text(INSTANCES))
                    .contains("takes workers")
                    .doesNotContain("draining");

            findAWorkerOfTheOtherInstance(browser, two);
            browser.view("#/departures?scope=fleet");
            browser.awaitText("main .hint", "From all instances");
            expectDepartures(browser, two);
            for (String view : List.of("#/overview", "#/fleet", "#/departures?scope=fleet")) {
                browser.view(view);
                browser.awaitText("main", two.name.substring(0, two.name.indexOf('/')));
                assertThat(browser.seriousFaults()).as(view).isEmpty();
            }

            if (Boolean.getBoolean("long")) {
                fleet.kill(two);
                browser.awaitText("tbody", "Lost: its instance died");
                browser.view("#/overview");
                browser.awaitText(INSTANCES, "Fleet: 3 workers on 1 instance");
            }
            browser.view("#/overview");
            assertThat(one.service.post("/actuator/drain").statusCode()).isEqualTo(200);
            browser.awaitText(INSTANCES, "draining");
            one.connected.forEach(TestWorker::close);
        }
    }

    /** The changes begin some time after the stream. */
    private static void expectDepartures(Browser browser, Member other) {
        await().atMost(ServerUnderTest.MAX_WAIT)
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> {
                    other.register("leaving", 1);
                    other.connected.removeLast().close();
                    assertThat(browser.text("tbody")).contains("leaving-0", "Left its instance");
                });
    }

    private static void findAWorkerOfTheOtherInstance(Browser browser, Member other) {
        browser.view("#/fleet");
        browser.awaitText(".matching", "7 workers on 2 instances");
        browser.type(".search-form input", "two-");
        browser.press("Find");
        browser.awaitText(".matching", "0 of 7 workers");
        browser.type(".search-form input", "two-3");
        browser.press("Find");
        browser.awaitText(".matching", "1 of 7 workers");
        browser.awaitText("tbody th", "two-3");
        assertThat(String.valueOf(browser.script("return location.hash")))
                .contains("identity=two-3");
        browser.click("tbody th button");
        browser.awaitText("dialog", "It is connected to " + other.name);
        browser.press("Close");
        browser.awaitCount("dialog", 0);
        browser.view("#/fleet?groupBy=taskQueue");
        browser.awaitText("tbody", "7");
    }
}
