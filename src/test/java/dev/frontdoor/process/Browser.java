package dev.frontdoor.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.frontdoor.test.server.ServerUnderTest;

import org.awaitility.core.ThrowingRunnable;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/** A Chromium without a window, as a test uses it: each step waits until the page allows it. */
final class Browser implements AutoCloseable {

    private static final Duration SCRIPT_TIMEOUT = Duration.ofSeconds(60);

    /** It warns that it has no classes for this browser's developer tools, which are not needed. */
    private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

    private final ChromeDriver driver;

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    /** Starts the browser of this machine. Without one, the test is skipped, and says so. */
    static Browser startOrSkip() {
        Path chromium = program("chromium", "chromium-browser", "google-chrome");
        Path chromedriver = program("chromedriver");
        if (chromium == null || chromedriver == null) {
            System.out.println(
                    "The console is not tested: chromium or chromedriver is missing. They come with"
                            + " Debian's packages 'chromium' and 'chromium-driver'.");
        }
        assumeThat(chromium).as("chromium").isNotNull();
        assumeThat(chromedriver).as("chromedriver").isNotNull();
        ChromeOptions options =
                new ChromeOptions()
                        .setBinary(Objects.requireNonNull(chromium).toString())
                        .addArguments(
                                "--headless=new",
                                "--no-sandbox",
                                "--disable-gpu",
                                "--disable-dev-shm-usage",
                                "--disable-extensions",
                                "--disable-background-networking",
                                "--no-first-run",
                                "--hide-scrollbars",
                                "--force-color-profile=srgb");
        ChromeDriverService service =
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(Objects.requireNonNull(chromedriver).toFile())
                        .build();
        SELENIUM.setLevel(Level.SEVERE);
        ChromeDriver driver = new ChromeDriver(service, options);
        driver.manage().timeouts().scriptTimeout(SCRIPT_TIMEOUT);
        return new Browser(driver).size(1440, 900);
    }

    private static @Nullable Path program(String... names) {
        String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
        return Stream.of(names)
                .flatMap(name ->
                        Arrays.stream(path.split(File.pathSeparator, -1))
                                .map(directory -> Path.of(directory, name)))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }

    /** Loads an address anew. */
    void open(String url) {
        driver.get("about:blank");
        driver.get(url);
    }

    /** Goes to a view of the page that is open: what follows {@code #} in its address. */
    void view(String fragment) {
        script("location.hash = arguments[0]", fragment);
    }

    /** The size of the page in CSS pixels. */
    Browser size(int width, int height) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
        return this;
    }

    /** Whether the system prefers dark colors, as the page sees it. */
    Browser dark(boolean dark) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(
                                Map.of(
                                        "name",
                                        "prefers-color-scheme",
                                        "value",
                                        dark ? "dark" : "light"))));
        return this;
    }

    /** A command of the protocol of its developer tools. */
    Map<String, Object> command(String name, Map<String, Object> parameters) {
        return driver.executeCdpCommand(name, parameters);
    }

    /** Runs a script in the page and returns its result. */
    @Nullable Object script(String script, Object... arguments) {
        return driver.executeScript(script, arguments);
    }

    /** Runs a script that calls its last argument with the result. */
    @Nullable Object asyncScript(String script, Object... arguments) {
        return driver.executeAsyncScript(script, arguments);
    }

    /** A number that a script returns. */
    long number(String script, Object... arguments) {
        return ((Number) Objects.requireNonNull(script(script, arguments))).longValue();
    }

    /** The text of everything that is shown in the elements of a selector. */
    String text(String selector) {
        return String.valueOf(
                script(
                        "return [...document.querySelectorAll(arguments[0])].map(e =>"
                                + " e.innerText).join('\\n')",
                        selector));
    }

    /** How many elements a selector finds. */
    long count(String selector) {
        return number("return document.querySelectorAll(arguments[0]).length", selector);
    }

    /** Waits until the elements show a text. */
    void awaitText(String selector, String text) {
        eventually(() -> assertThat(text(selector)).contains(text));
    }

    /** Waits until a selector finds so many elements. */
    void awaitCount(String selector, long count) {
        eventually(() -> assertThat(count(selector)).as(selector).isEqualTo(count));
    }

    /** Clicks an element once it can be clicked. */
    void click(String selector) {
        eventually(() -> driver.findElement(By.cssSelector(selector)).click());
    }

    /** Clicks the button with that label once it can be clicked. */
    void press(String label) {
        eventually(() ->
                driver.findElement(
                                By.xpath(
                                        "//button[normalize-space()='%s' and not(@disabled)]"
                                                .formatted(label)))
                        .click());
    }

    /** Replaces what is in a field. */
    void type(String selector, String text) {
        eventually(() -> {
            WebElement field = driver.findElement(By.cssSelector(selector));
            field.sendKeys(Keys.chord(Keys.CONTROL, "a"), Keys.DELETE, text);
        });
    }

    /** Types into the field with that label. */
    void fill(String label, String text) {
        eventually(() -> {
            WebElement field =
                    driver.findElement(
                            By.xpath(
                                    "//label[span[starts-with(normalize-space(),'%s')]]//input"
                                            .formatted(label)));
            field.sendKeys(Keys.chord(Keys.CONTROL, "a"), Keys.DELETE, text);
        });
    }

    /** Presses a key where the focus is. */
    void key(Keys key) {
        driver.switchTo().activeElement().sendKeys(key);
    }

    /** A picture of the page, as PNG. */
    byte[] picture() {
        return driver.getScreenshotAs(OutputType.BYTES);
    }

    /** What axe finds in the page that is serious or worse, as one line each. */
    List<?> seriousFaults() {
        if (Boolean.FALSE.equals(script("return 'axe' in window"))) {
            script(axe());
        }
        return (List<?>)
                Objects.requireNonNull(
                        asyncScript(
                                """
                                const done = arguments[arguments.length - 1];
                                axe.run(document, {resultTypes: ['violations']}).then(
                                  found => done(found.violations
                                    .filter(({impact}) => impact === 'serious' || impact === 'critical')
                                    .map(({id, help, nodes}) => id + ': ' + help + ' in ' + nodes.map(({html, failureSummary}) => html.slice(0, 160) + ' ' + failureSummary).join(' | '))),
                                  failure => done(['axe failed: ' + failure]));
                                """));
    }

    private static String axe() {
        try (InputStream script = Browser.class.getResourceAsStream("/axe.min.js")) {
            return new String(
                    Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until a claim holds; a fault of the driver meanwhile is one more try. */
    static void eventually(ThrowingRunnable claim) {
        await().atMost(ServerUnderTest.MAX_WAIT)
                .pollInterval(Duration.ofMillis(50))
                .ignoreExceptionsMatching(WebDriverException.class::isInstance)
                .untilAsserted(claim);
    }

    @Override
    public void close() {
        driver.quit();
    }
}
