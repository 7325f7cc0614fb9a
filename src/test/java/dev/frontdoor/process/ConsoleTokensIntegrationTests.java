package dev.frontdoor.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.LocalIssuer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;

/** The console of a service that wants credentials of operators. */
class ConsoleTokensIntegrationTests {

    private static final String TOKEN = "dialog.token input";

    @TempDir private Path directory;

    @Test
    void pageAsksForATokenAndSaysWhatIsWrongWithIt() throws Exception {
        try (Browser browser = Browser.startOrSkip();
                LocalIssuer issuer = LocalIssuer.start();
                ServiceProcess service =
                        ServiceProcess.in(directory)
                                .start(
                                        "--frontdoor.notifiers.unmatched=accept",
                                        "--frontdoor.management.auth.view.tokens.dashboard=see-all",
                                        "--frontdoor.management.auth.operate.tokens.oncall=do-all",
                                        "--frontdoor.management.auth.jwt.issuer=" + issuer.url(),
                                        "--frontdoor.management.auth.jwt.audiences=front-door",
                                        "--frontdoor.management.auth.jwt.clock-skew=0s");
                TestWorker worker = service.worker().connect()) {
            worker.register(TestWorker.registration("worker-7"));
            browser.open("http://localhost:%s/".formatted(service.managementPort()));
            browser.awaitText("dialog", "This service wants a token");
            assertThat(browser.text("nav")).doesNotContain("Actions");
            assertThat(browser.seriousFaults()).isEmpty();

            enter(browser, "guessed");
            browser.awaitText("dialog", "The service does not accept this token");
            enter(browser, expired(issuer));
            browser.awaitText("dialog", "This token has expired. Enter a fresh one");
            enter(browser, "see-all");
            browser.awaitText(".who", "dashboard");
            browser.awaitText(".figures", "Registered workers\n1");
            browser.view("#/workers");
            browser.click("tbody th a");
            browser.awaitText("main h1", "worker-7");
            assertThat(browser.text("nav")).doesNotContain("Actions");
            assertThat(browser.text("main")).doesNotContain("Disconnect");

            browser.press("Other token");
            browser.awaitText("dialog", "With a token of the role operate");
            enter(browser, "do-all");
            browser.awaitText(".who", "oncall");
            browser.awaitText("nav", "Actions");
            browser.press("Disconnect …");
            browser.press("Disconnect");
            worker.expectClose(4500);

            browser.open("http://localhost:%s/".formatted(service.managementPort()));
            browser.awaitText("dialog", "This service wants a token");
        }
    }

    private static void enter(Browser browser, String token) {
        browser.type(TOKEN, token);
        browser.press("Use this token");
    }

    private static String expired(LocalIssuer issuer) {
        return issuer.token().claim("roles", List.of("operate")).expiresIn(-10).sign();
    }
}
