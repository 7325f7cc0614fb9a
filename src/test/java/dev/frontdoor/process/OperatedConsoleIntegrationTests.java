package dev.frontdoor.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.test.TestWorker;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;

/** What an operator does with the console, and what it survives. */
class OperatedConsoleIntegrationTests {

    @TempDir private Path directory;

    private Browser browser;

    @BeforeEach
    void startBrowser() throws IOException {
        browser = Browser.startOrSkip();
        DemoNotifiers.jar().writeTo(directory.resolve("notifiers/demo.jar"));
    }

    @AfterEach
    void stopBrowser() {
        if (browser != null) {
            browser.close();
        }
    }

    @Test
    @SuppressWarnings("try") // the service ends while the page and the workers are there
    void operatorActsAndTheOpenPageSurvivesARestart() throws Exception {
        int workersPort;
        int managementPort;
        String instance;
        TestWorker third;
        try (ServiceProcess service =
                ServiceProcess.in(directory).start("--frontdoor.drain.window=2m")) {
            TestWorker first = register(service, "first");
            TestWorker second = register(service, "second");
            third = register(service, "third");
            workersPort = service.workersPort();
            managementPort = service.managementPort();
            browser.open("http://localhost:%s/".formatted(managementPort));
            browser.awaitText(".figures", "3");
            expectNoFleet();

            disconnect(first);
            ban(second);
            changeLogLevel(service);
            drainAndCancel(service);
            assertThat(third.isOpen()).isTrue();
            browser.view("#/workers");
            browser.awaitText("tbody th", "third");
            instance = browser.text(".link small");
        }
        browser.awaitText(".link", "Reconnecting …");
        browser.awaitText("main .notice", "The page shows the last state that it knows");
        browser.awaitText("tbody th", "third");
        third.close();

        try (ServiceProcess restarted =
                        ServiceProcess.in(directory)
                                .start(
                                        "--server.port=" + workersPort,
                                        "--management.server.port=" + managementPort);
                TestWorker fourth = register(restarted, "fourth")) {
            browser.awaitText("tbody th", "fourth");
            browser.awaitText(".link", "Live");
            assertThat(browser.text("tbody th")).doesNotContain("third");
            assertThat(browser.text(".link small")).isNotEqualTo(instance);
            assertThat(fourth.isOpen()).isTrue();
        }
    }

    private static TestWorker register(ServiceProcess service, String identity) throws IOException {
        TestWorker worker = service.worker().connect();
        worker.register(TestWorker.registration(identity));
        return worker;
    }

    /** There is no directory. */
    private void expectNoFleet() {
        browser.awaitCount("nav a[href='#/fleet']", 0);
        assertThat(browser.text("nav")).contains("Workers").doesNotContain("Fleet");
        assertThat(browser.text("main")).doesNotContain("Fleet");
        browser.view("#/departures?scope=fleet");
        browser.awaitText("main h1", "Departures");
        assertThat(browser.count("main select")).isZero();
        browser.view("#/fleet");
        browser.awaitText("main h1", "Overview");
    }

    private void disconnect(TestWorker worker) {
        browser.view("#/workers?q=first");
        browser.click("tbody th a");
        browser.awaitText("main h1", "first");
        browser.press("Disconnect …");
        browser.awaitText("dialog", "closed with 4500, which tells first not to come back");
        browser.fill("Reason", "moved by a test");
        browser.press("Disconnect");
        browser.awaitText(".message", "first was disconnected");
        assertThat(worker.expectClose(4500).reason()).isEqualTo("moved by a test");
        browser.awaitText("main .notice", "Disconnected by an operator (4500)");
    }

    private void ban(TestWorker worker) {
        browser.view("#/actions");
        browser.type("form.fields [name=identity]", "second");
        browser.press("Ban …");
        browser.awaitText("dialog", "Registrations of second are rejected for 1h");
        browser.press("Ban");
        worker.expectClose(4500);
        browser.awaitText(".rows", "second");
        browser.press("End …");
        browser.press("End the ban");
        browser.awaitText("main", "Nobody is banned");
    }

    private void changeLogLevel(ServiceProcess service) throws Exception {
        browser.view("#/notifiers");
        browser.awaitText("main h2", "worker-registry");
        browser.script(
                """
                const menu = document.querySelector('details.more');
                menu.open = true;
                const level = menu.querySelector('select');
                level.value = 'DEBUG';
                level.dispatchEvent(new Event('change', {bubbles: true}));
                """);
        browser.awaitText("dialog", "gets the level DEBUG, until the service restarts");
        browser.press("Change");
        browser.awaitText(".message", "The log level of worker-registry is DEBUG");
        String logger = DemoNotifiers.Registry.class.getName();
        assertThat(service.get("/actuator/loggers/" + logger.replace("$", "%24")).body())
                .contains("\"configuredLevel\":\"DEBUG\"");
    }

    private void drainAndCancel(ServiceProcess service) throws Exception {
        browser.view("#/actions");
        browser.press("Drain …");
        browser.awaitText("dialog", "those of 1 registered worker among them");
        browser.press("Drain");
        browser.awaitText("main", "Cancel the drain …");
        browser.view("#/overview");
        browser.awaitText(".banner", "The service drains");
        browser.click(".banner a");
        browser.awaitText("main h2", "FrontDoorDrainIncomplete");
        browser.awaitText("main article", "Meaning.");
        browser.view("#/actions");
        browser.press("Cancel the drain …");
        browser.press("Cancel the drain");
        browser.awaitText(".message", "The service is open");
        assertThat(service.get("/actuator/drain").body()).contains("\"open\"");
    }
}
