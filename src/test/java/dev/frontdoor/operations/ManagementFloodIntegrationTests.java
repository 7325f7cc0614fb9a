package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.test.HttpResponse;
import dev.frontdoor.test.server.HttpSocket;
import dev.frontdoor.test.server.ServerUnderTest;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Scrapes that take as long as the test wants, more of them than the service has threads. */
@FrontDoorTest
class ManagementFloodIntegrationTests {

    private static final String SCRAPE =
            "GET /actuator/prometheus HTTP/1.1\r\nHost: localhost\r\n\r\n";

    /** More than the threads of blocking endpoints, ten for each of two processors. */
    private static final int SCRAPES = 40;

    private static final int PER_ADDRESS = 10;

    /** Two at once, and those of two addresses that may wait. */
    private static final int SERVED_OF_FEW = 2 + 12;

    /** These, and one of each further address. */
    private static final int SERVED = SERVED_OF_FEW + SCRAPES / PER_ADDRESS - 2;

    private final ServerUnderTest server;
    private final List<HttpSocket> scrapers = new ArrayList<>();
    private final CountDownLatch release = new CountDownLatch(1);
    private final AtomicInteger running = new AtomicInteger();
    private final MeterRegistry meters;
    private final Gauge slow;

    ManagementFloodIntegrationTests(ServerUnderTest server, MeterRegistry meters) {
        this.server = server;
        this.meters = meters;
        this.slow = Gauge.builder("slow", this::value).register(meters);
    }

    private double value() {
        int count = running.incrementAndGet();
        ServerUnderTest.awaitLatch(release);
        return count;
    }

    @AfterEach
    void disconnect() throws IOException {
        release.countDown();
        meters.remove(slow);
        for (HttpSocket scraper : scrapers) {
            scraper.close();
        }
    }

    @Test
    void probesAndChangesAreServedWhileAllScrapesHang() throws Exception {
        double refused = server.sum("frontdoor.management.requests.refused");
        for (int i = 0; i < SCRAPES; i++) {
            String address = "127.0.2." + (1 + i / PER_ADDRESS);
            scrapers.add(server.operatorsFrom(address).send(SCRAPE));
            if (i + 1 == 2 * PER_ADDRESS) {
                expectRefused(refused + 2 * PER_ADDRESS - SERVED_OF_FEW);
            }
        }
        expectRefused(refused + SCRAPES - SERVED);
        ServerUnderTest.eventually(() -> assertThat(running.get()).isEqualTo(2));

        for (int i = 0; i < 10; i++) {
            assertThat(server.ask("/actuator/health/liveness").status()).isEqualTo(200);
            assertThat(server.ask("/actuator/health/readiness").status()).isEqualTo(200);
        }
        assertThat(server.post("/actuator/loggers/ROOT", "{\"configuredLevel\":\"INFO\"}").status())
                .isEqualTo(204);
        assertThat(running).hasValue(2);

        release.countDown();
        int served = 0;
        for (HttpSocket scraper : scrapers) {
            HttpResponse answer = scraper.answer();
            if (answer.status() == 200) {
                served++;
            } else {
                assertThat(answer.status()).as(answer.body()).isEqualTo(503);
                assertThat(answer.header("Retry-After")).containsExactly("1");
                assertThat(answer.body()).contains("too many requests wait");
            }
        }
        assertThat(served).isEqualTo(SERVED);
        assertThat(server.ask("/actuator/prometheus").status()).isEqualTo(200);
    }

    private void expectRefused(double count) {
        ServerUnderTest.eventually(() ->
                assertThat(server.sum("frontdoor.management.requests.refused")).isEqualTo(count));
    }

    @Test
    void clientsThatLeaveGiveTheirTurnsBackOnceNothingIsDoneForThem() throws Exception {
        for (int i = 0; i < SCRAPES; i++) {
            HttpSocket scraper = server.operators().send(SCRAPE);
            int expected = Math.min(i + 1, 2);
            ServerUnderTest.eventually(() -> assertThat(running.get()).isEqualTo(expected));
            scraper.reset();
        }
        assertThat(server.ask("/actuator/health/liveness").status()).isEqualTo(200);
        assertThat(running).hasValue(2);

        release.countDown();
        assertThat(server.ask("/actuator/prometheus").status()).isEqualTo(200);
    }
}
