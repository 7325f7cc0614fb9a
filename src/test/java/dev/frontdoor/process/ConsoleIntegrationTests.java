package dev.frontdoor.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.test.Registrations;
import dev.frontdoor.test.TestWorker;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;

/**
 * The console in a real browser, among thousands of real workers. The order spares the machine: the
 * tests share a service, a browser and the workers, and the last one adds more of them.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ConsoleIntegrationTests {

    private static final int WORKERS = 5_000;
    private static final int EVICTED = WORKERS / 25;
    private static final int MANY_WORKERS = 15_000;
    private static final int MAX_ROWS = 200;
    private static final int CHANGES_PER_STEP = 50;
    private static final long STEP = Duration.ofMillis(100).toNanos();

    private static final Duration LOAD =
            Boolean.getBoolean("long") ? Duration.ofMinutes(10) : Duration.ofSeconds(10);

    /** It must be text wherever it appears. */
    private static final String MARKUP = "<img src=x onerror=window.hit=1>";

    private static final List<String> VIEWS =
            List.of(
                    "#/overview",
                    "#/workers",
                    "#/workers?groupBy=label:zone",
                    "#/workers?q=nobody-has-this&taskQueue=x",
                    "#/departures",
                    "#/notifiers",
                    "#/rejections",
                    "#/actions",
                    "#/runbook/FrontDoorReconnectStorm");

    /** Of two tokens in a row, the service answers to the earlier one last. */
    private static final String EARLIER_TOKEN =
            """
            const done = arguments[0];
            const module = (name) => import(new URL(name, document.baseURI).href);
            const real = window.fetch;
            async function inTurn(answerToNew, answerToOld) {
              const [{Api}, {Session}] = await Promise.all([module('core/api.js'), module('core/session.js')]);
              const waiting = {};
              window.fetch = (path, options) => path === 'held'
                ? new Promise((resolve) => { waiting[options.headers.Authorization] = resolve; })
                : real(path, options);
              const session = new Session(new Api({operator: 'held'}), () => {});
              const old = session.use('old');
              const current = session.use('new');
              waiting['Bearer new'](answerToNew);
              await current;
              waiting['Bearer old'](answerToOld);
              await old;
              return `${session.operator?.name ?? 'nobody'}, ${session.prompt}`;
            }
            const accepted = (name) => Response.json({name, roles: [], changes: []});
            const refused = (message) => Response.json({message}, {status: 401});
            (async () => [
              await inTurn(accepted('new'), refused('the credentials have expired')),
              await inTurn(refused('the credentials are not accepted'), accepted('old')),
            ].join('; '))().then(done, (failure) => done(String(failure))).finally(() => { window.fetch = real; });
            """;

    @TempDir private static Path directory;

    private static Browser browser;
    private static ServiceProcess service;
    private static ManyWorkers workers;

    @BeforeAll
    static void start() throws Exception {
        browser = Browser.startOrSkip();
        DemoNotifiers.jar().writeTo(directory.resolve("notifiers/demo.jar"));
        service =
                ServiceProcess.in(directory)
                        .jvmOption("-Xmx600m")
                        .start(
                                "--frontdoor.limits.max-connections=20000",
                                // The machine of the test may answer pings late.
                                "--frontdoor.heartbeat.timeout=2m");
        workers = new ManyWorkers(service).growTo(WORKERS);
        browser.open("http://localhost:%s/".formatted(service.managementPort()));
    }

    @AfterAll
    static void stop() {
        for (AutoCloseable each : new AutoCloseable[] {workers, service, browser}) {
            try {
                if (each != null) {
                    each.close();
                }
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
    }

    @Test
    @Order(1)
    void searchFindsAWorkerAmongThousands_andItsDepartureSaysWhy() {
        browser.view("#/workers");
        browser.awaitText(".matching", "5,000 workers");
        assertThat(browser.count("tbody tr")).isLessThanOrEqualTo(MAX_ROWS);
        assertThat(browser.number("return Number(document.querySelector('table').ariaRowCount)"))
                .isEqualTo(WORKERS + 1);
        browser.type(".search", "us1 " + ManyWorkers.identity(3217));
        browser.awaitText(".matching", "1 of 5,000 workers");
        browser.awaitText("tbody th", ManyWorkers.identity(3217));

        workers.get(3217).close(4321, "the disk is full");

        browser.awaitText(".matching", "0 of 4,999 workers");
        browser.awaitText(".empty-title", "No worker matches");
        browser.view("#/departures");
        browser.type(".search", ManyWorkers.identity(3217));
        browser.awaitText("tbody", "the disk is full");
        browser.awaitText("tbody", "4321 A code of the worker's own");
        browser.click("tbody th a");
        browser.awaitText("main h1", ManyWorkers.identity(3217));
        browser.awaitText("main .notice", "the disk is full");
    }

    @Test
    @Order(2)
    void stateOfTheViewIsInTheAddress() {
        browser.view("#/workers?taskQueue=queue-3&sort=identity&columns=node,pid");
        browser.awaitText(".chip", "Task queue: queue-3");
        assertThat(browser.text("thead")).contains("Node", "Pid").doesNotContain("Labels");
        browser.awaitText("tbody tr:nth-child(1) th", ManyWorkers.identity(3));
        browser.press("Identity ↑");
        browser.press("Identity ↓");
        assertThat(String.valueOf(browser.script("return location.hash"))).doesNotContain("sort");
        browser.click(".chip button");
        browser.awaitText(".matching", "4,999 workers");
        browser.view("#/workers?groupBy=label:zone");
        browser.awaitText("tbody", "eu1");
        browser.awaitText("tbody", "2,500");
    }

    @Test
    @Order(3)
    void arrowKeysGoFromRowToRow() {
        browser.view("#/workers?sort=identity");
        browser.awaitText("tbody", ManyWorkers.identity(0));
        browser.script("document.querySelector('tbody a').focus()");
        for (int i = 0; i < 60; i++) {
            browser.key(Keys.ARROW_DOWN);
        }

        Browser.eventually(() ->
                assertThat(browser.script("return document.activeElement.innerText"))
                        .isEqualTo(ManyWorkers.identity(60)));
    }

    @Test
    @Order(4)
    void evictionIsPreviewedStartedWatchedAndCanceled() {
        browser.view("#/actions?taskQueue=evicted");
        browser.fill("Closes per second", "4");
        browser.press("Preview");
        browser.awaitText(".preview", "%s workers of %s that match".formatted(EVICTED, EVICTED));
        browser.awaitText(".names", "and %s more".formatted(EVICTED - 12));
        browser.press("Evict …");
        browser.awaitText("dialog", "About %s workers of %s".formatted(EVICTED, EVICTED));
        browser.press("Evict");

        browser.awaitText(".message", "The eviction of %s workers has begun".formatted(EVICTED));
        Browser.eventually(() ->
                assertThat(browser.number("return document.querySelector('progress').value"))
                        .isPositive());
        browser.press("Cancel …");
        browser.press("Cancel the eviction");

        browser.awaitText(".cards .badge", "canceled");
        long left = browser.number("return document.querySelector('progress').value");
        assertThat(left).isBetween(1L, EVICTED - 1L);
    }

    @Test
    @Order(5)
    void textOfAWorkerIsNeverMarkup() throws Exception {
        TestWorker worker = service.worker().label("note", MARKUP).connect();
        String schema = "{\"a\":\"%s\"}".formatted(MARKUP);
        assertThat(
                        worker.register(
                                Registrations.of(MARKUP)
                                        .taskQueue(MARKUP)
                                        .node("n".repeat(200))
                                        .activity(MARKUP, schema, schema)
                                        .build()))
                .isEqualTo(WorkerRegisterAck.ACCEPTED);
        browser.view("#/workers?q=onerror");
        browser.awaitText("tbody th", MARKUP);
        browser.click("tbody th a");
        browser.awaitText("main h1", MARKUP);
        browser.awaitText(".activity", MARKUP);
        browser.script("document.querySelectorAll('details').forEach(d => d.open = true)");
        browser.awaitText("pre", MARKUP);
        expectNothingSideways("a worker with long texts", 360);
        worker.close(4400, MARKUP);
        browser.awaitText("main .notice", MARKUP);
        browser.view("#/departures");
        browser.awaitText("tbody", MARKUP);
        try (TestWorker rejected = service.worker().connect()) {
            rejected.register(Registrations.of(MARKUP).taskQueue(DemoNotifiers.FULL).build());
            browser.view("#/rejections");
            browser.awaitText("tbody", MARKUP);
        }

        assertThat(browser.count("img")).isZero();
        assertThat(browser.script("return window.hit")).isNull();
    }

    @Test
    @Order(6)
    void everyViewIsAccessibleInBothThemesAndFitsANarrowScreen() {
        for (boolean dark : List.of(false, true)) {
            browser.dark(dark);
            for (String view : VIEWS) {
                browser.view(view);
                browser.awaitCount("main h1", 1);
                assertThat(browser.seriousFaults()).as("%s, dark: %s", view, dark).isEmpty();
                expectNothingSideways(view, 360);
                expectNothingSideways(view, 900);
            }
            browser.view("#/actions");
            browser.press("Drain …");
            assertThat(browser.seriousFaults()).as("a dialog, dark: %s", dark).isEmpty();
            expectNothingSideways("a dialog", 360);
            browser.press("Cancel");
        }
    }

    private static void expectNothingSideways(String view, int width) {
        browser.size(width, 740);
        Browser.eventually(() ->
                assertThat(browser.number("return document.documentElement.scrollWidth"))
                        .as("%s at %s", view, width)
                        .isLessThanOrEqualTo(width));
        browser.size(1440, 900);
    }

    @Test
    @Order(7)
    void answerToAnEarlierTokenChangesNothing() {
        assertThat(browser.asyncScript(EARLIER_TOKEN)).isEqualTo("new, null; nobody, wrong");
    }

    @Test
    @Order(8)
    void manyRowsThatChangeAllTheTimeCostLittle() throws Exception {
        browser.command("Performance.enable", Map.of());
        workers.growTo(MANY_WORKERS);
        browser.view("#/workers?sort=node&desc=1");
        Browser.eventually(() -> assertThat(shown()).isGreaterThan(MANY_WORKERS - 1000));
        change("before", CHANGES_PER_STEP);
        double scriptBefore = metric("ScriptDuration");
        double memoryBefore = memory();
        long mostRows = 0;
        int changes = 0;
        List<String> memories = new ArrayList<>();
        long begin = System.nanoTime();
        for (int step = 0; System.nanoTime() - begin < LOAD.toNanos(); step++) {
            workers.change(step * CHANGES_PER_STEP, CHANGES_PER_STEP, "step-" + step);
            changes += CHANGES_PER_STEP;
            if (step % 10 == 0) {
                mostRows = Math.max(mostRows, browser.count("tr"));
            }
            if (System.nanoTime() - begin > (memories.size() + 1) * LOAD.toNanos() / 10) {
                memories.add("%.0f".formatted(memory() / 1e6));
            }
            LockSupport.parkNanos(begin + (step + 1) * STEP - System.nanoTime());
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        change("zz-last", 1);
        double script = metric("ScriptDuration") - scriptBefore;
        double memoryAfter = memory();

        System.out.printf(
                "console: %s workers, at most %s rows, %s changes in %.1f s; %.3f ms of script a change;"
                        + " %.1f MB before, then %s, %.1f MB after%n",
                workers.count(),
                mostRows,
                changes,
                seconds,
                1000 * script / changes,
                memoryBefore / 1e6,
                String.join(" ", memories),
                memoryAfter / 1e6);
        assertThat(mostRows).isBetween(10L, (long) MAX_ROWS);
        assertThat(memoryAfter).isLessThan(1.25 * memoryBefore + 10e6);
    }

    /** Changes workers, and waits until the page shows it. */
    private static void change(String node, int count) throws Exception {
        workers.change(0, count, node);
        browser.view("#/workers?q=" + node);
        browser.awaitText(".matching", "%s of".formatted(count));
        browser.view("#/workers?sort=node&desc=1");
    }

    private static long shown() {
        return browser.number("return Number(document.querySelector('table').ariaRowCount) - 1");
    }

    private static double memory() {
        browser.command("HeapProfiler.collectGarbage", Map.of());
        return metric("JSHeapUsedSize");
    }

    private static double metric(String name) {
        List<?> metrics =
                (List<?>)
                        Objects.requireNonNull(
                                browser.command("Performance.getMetrics", Map.of()).get("metrics"));
        return metrics.stream()
                .map(metric -> (Map<?, ?>) metric)
                .filter(metric -> name.equals(metric.get("name")))
                .mapToDouble(metric ->
                        ((Number) Objects.requireNonNull(metric.get("value"))).doubleValue())
                .findFirst()
                .orElseThrow();
    }
}
