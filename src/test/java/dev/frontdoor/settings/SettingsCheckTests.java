package dev.frontdoor.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.frontdoor.FrontDoorApplication;
import dev.frontdoor.test.server.LogLines;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.bootstrap.DefaultBootstrapContext;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.support.SpringApplicationJsonEnvironmentPostProcessor;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.SimpleCommandLinePropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.DefaultResourceLoader;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Which names and tokens are refused, and what the operator reads about them. */
class SettingsCheckTests {

    private static final String SECRET = "not-to-be-shown";

    @TempDir Path directory;

    private final StandardEnvironment environment = new StandardEnvironment();

    private final SpringApplication application = new SpringApplication();

    @BeforeEach
    void removeTheProcess() {
        environment.getPropertySources().remove("systemProperties");
        environment.getPropertySources().remove("systemEnvironment");
    }

    @ParameterizedTest
    @CsvSource({
        "frontdoor.auth.token,                                  frontdoor.auth.tokens",
        "frontdoor.limits.max-conections,                       frontdoor.limits.max-connections",
        "frontdoor.hartbeat.interval,                           frontdoor.heartbeat.interval",
        "frontdoor.limits.maxConections,                        frontdoor.limits.max-connections",
        "frontdoor.pth,                                         frontdoor.path",
        "frontdoor.path[0],                                     frontdoor.path",
        "frontdoor.limits,                                      frontdoor.path",
        "frontdoor.webhook.deliveries.max-atempts,              frontdoor.webhook.deliveries.max-attempts",
        "frontdoor.notifiers.beans.billing.timeot,              frontdoor.notifiers.beans.billing.timeout",
        "frontdoor.notifiers.beans.billing.match.namespace,     frontdoor.notifiers.beans.billing.match.namespaces",
        "frontdoor.notifiers.bean.billing.timeout,              frontdoor.notifiers.beans.billing.timeout",
    })
    void unknownNameIsRefusedWithTheClosestOne(String name, String closest) {
        add(new MapPropertySource("given", Map.of(name, SECRET)));

        assertThat(refusal())
                .contains("Property: " + name + "\n", "the closest is " + closest)
                .contains("\"given\"")
                .doesNotContain(SECRET);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "frontdoor.path",
                "frontdoor.limits.max-connections",
                "frontdoor.limits.maxConnections",
                "frontdoor.limits.max_connections",
                "FRONTDOOR.LIMITS.MAX-CONNECTIONS",
                "frontdoor.allowed-origins",
                "frontdoor.allowed-origins[0]",
                "frontdoor.allowedOrigins[12]",
                "frontdoor.audit.enabled",
                "frontdoor.auth.tokens[0]",
                "frontdoor.auth.tokens.billing",
                "frontdoor.auth.tokens.billing.eu",
                "frontdoor.auth.tokens.[billing.eu@x]",
                "frontdoor.webhook.secrets[1]",
                "frontdoor.webhook.deliveries.max-age",
                "frontdoor.notifiers.beans",
                "frontdoor.notifiers.beans.billing-registry",
                "frontdoor.notifiers.beans.billingRegistry.timeout",
                "frontdoor.notifiers.beans.billing-registry.max-concurrent-calls",
                "frontdoor.notifiers.beans[billing.registry].onFailure",
                "frontdoor.notifiers.beans.billing.match.task-queues",
                "frontdoor.notifiers.beans.billing.match.task-queues[0]",
                "frontdoors.anything",
                "other.frontdoor.path",
            })
    void nameIsKnownInEveryFormOfSpringBoot(String name) {
        add(new MapPropertySource("given", Map.of(name, "x")));

        assertAccepted();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "FRONTDOOR_PATH",
                "frontdoor_path",
                "FRONTDOOR_LIMITS_MAXCONNECTIONSPERADDRESS",
                "FRONTDOOR_LIMITS_MAX_CONNECTIONS_PER_ADDRESS",
                "FRONTDOOR_ALLOWEDORIGINS",
                "FRONTDOOR_ALLOWED_ORIGINS_0",
                "FRONTDOOR_NOTIFIERS_BEANS_BILLING_MAXCONCURRENTCALLS",
                "FRONTDOOR_NOTIFIERS_BEANS_BILLING_MAX_CONCURRENT_CALLS",
                "FRONTDOOR_NOTIFIERS_BEANS_BILLING_MATCH_TASKQUEUES_0",
                "FRONTDOOR_AUTH_TOKENS_BILLING",
                "FRONTDOOR_AUTH_TOKENS_BILLING_EU",
                "frontdoor.limits.max-connections",
                "FRONTDOOR",
                "FRONTDOORS_PATH",
                "PATH",
            })
    void variableIsKnownInEveryFormOfSpringBoot(String name) {
        addVariable(name, "x");

        assertAccepted();
    }

    @ParameterizedTest
    @CsvSource({
        "FRONTDOOR_AUTH_TOKEN,                                frontdoor.auth.tokens",
        "frontdoor_auth_token,                                frontdoor.auth.tokens",
        "FRONTDOOR_LIMITS_MAX_CONECTIONS,                     frontdoor.limits.max-connections",
        "FRONTDOOR_LIMITS_MAX_CONNECTIONSPERADDRESS, frontdoor.limits.max-connections-per-address",
        "FRONTDOOR_HARTBEAT_INTERVAL,                         frontdoor.heartbeat.interval",
        "FRONTDOOR_NOTIFIERS_BEANS_BILLING_TIMEOT,  frontdoor.notifiers.beans.billing.timeout",
        "FRONTDOOR_NOTIFIERS_BEANS_BILLING_REGISTRY_TIMEOUT, frontdoor.notifiers.beans.billing.timeout",
        "frontdoor.auth.token,                                frontdoor.auth.tokens",
    })
    void unknownVariableIsRefusedWithTheClosestSetting(String name, String closest) {
        addVariable(name, SECRET);

        assertThat(refusal())
                .contains("Property: " + name + "\n", "the closest is " + closest)
                .containsIgnoringCase("environment")
                .doesNotContain(SECRET);
    }

    @ParameterizedTest
    @CsvSource({
        "frontdoor.history.size,                  frontdoor.departures.size",
        "frontdoor.limits.upgradeTimeout,         frontdoor.limits.request-head-timeout",
        "FRONTDOOR_LIMITS_UPGRADETIMEOUT,         frontdoor.limits.request-head-timeout",
        "FRONTDOOR_WEBHOOK_DELIVERIES_MAX_PAUSE,  frontdoor.webhook.deliveries.max-backoff",
        "frontdoor.webhook.deliveries.first-pause, frontdoor.webhook.deliveries.initial-backoff",
    })
    void nameOfAnEarlierVersionIsRefusedWithTheNewOne(String name, String replacement) {
        if (name.contains("_")) {
            addVariable(name, SECRET);
        } else {
            add(new MapPropertySource("given", Map.of(name, SECRET)));
        }

        assertThat(refusal())
                .contains("Property: " + name + "\n", "has a new name: " + replacement)
                .doesNotContain(SECRET);
    }

    @ParameterizedTest
    @ValueSource(strings = {"LOADER_PATH", "loader.path"})
    void directoryThatTheExecutableJarDoesNotReadIsRefused(String name) {
        if (name.contains("_")) {
            addVariable(name, "notifiers");
        } else {
            add(new MapPropertySource("given", Map.of(name, "notifiers")));
        }
        application.setMainApplicationClass(FrontDoorApplication.class);

        assertThat(refusal()).contains("Property: loader.path", "frontdoor.notifiers.path");
    }

    @Test
    void launcherOfAnotherApplicationMayReadADirectory() {
        addVariable("LOADER_PATH", "lib");

        assertAccepted();
    }

    @Test
    void variablesOfKubernetesServicesAreSkippedWithOneLine() {
        environment
                .getPropertySources()
                .addLast(
                        new SystemEnvironmentPropertySource(
                                "systemEnvironment",
                                Map.of(
                                        "FRONTDOOR_SERVICE_HOST", "10.0.0.1",
                                        "FRONTDOOR_SERVICE_PORT", "8080",
                                        "FRONTDOOR_SERVICE_PORT_HTTP", "8080",
                                        "FRONTDOOR_PORT", "tcp://10.0.0.1:8080",
                                        "FRONTDOOR_PORT_8080_TCP", "tcp://10.0.0.1:8080",
                                        "FRONTDOOR_PORT_8080_TCP_ADDR", "10.0.0.1",
                                        "FRONTDOOR_PORT_8080_TCP_PROTO", "tcp",
                                        "FRONTDOOR_MANAGEMENT_PORT_53_UDP_PORT", "53",
                                        "FRONTDOOR_MANAGEMENT_SERVICE_HOST", "10.0.0.2")));

        try (LogLines log = new LogLines(SettingsCheck.class)) {
            assertAccepted();
            assertThat(log.at("INFO"))
                    .singleElement()
                    .asString()
                    .contains("Kubernetes", "FRONTDOOR_SERVICE_HOST", "FRONTDOOR_PORT_8080_TCP")
                    .doesNotContain("10.0.0.1");
        }
    }

    @Test
    void unknownNamesOfAllSourcesAreReportedTogether() throws IOException {
        write("one.yml", "frontdoor: {hartbeat: {interval: %s}}".formatted(SECRET));
        write("one-east.yml", "frontdoor: {drain: {windw: %s}}".formatted(SECRET));
        write("imported.properties", "frontdoor.pushes.max-pending=%s".formatted(SECRET));
        write("tree/frontdoor.auth.token", SECRET);
        addVariable(
                "SPRING_APPLICATION_JSON",
                """
                {"frontdoor": {"limits": {"max-conections": "%s"}}}\
                """
                        .formatted(SECRET));
        environment
                .getPropertySources()
                .addLast(
                        new MapPropertySource("systemProperties", Map.of("frontdoor.pth", SECRET)));
        add(
                new SimpleCommandLinePropertySource(
                        "--frontdoor.departures.sizes=" + SECRET,
                        "--spring.config.location=" + directory + "/",
                        "--spring.config.name=one",
                        "--spring.config.import=file:%1$s/imported.properties,configtree:%1$s/tree/"
                                .formatted(directory)));
        new SpringApplicationJsonEnvironmentPostProcessor()
                .postProcessEnvironment(environment, new SpringApplication());
        ConfigDataEnvironmentPostProcessor.applyTo(
                environment, new DefaultResourceLoader(), new DefaultBootstrapContext(), "east");

        assertThat(refusal())
                .contains(
                        "Property: frontdoor.hartbeat.interval",
                        "one.yml",
                        "Property: frontdoor.drain.windw",
                        "one-east.yml",
                        "Property: frontdoor.pushes.max-pending\n",
                        "imported.properties",
                        "Property: frontdoor.auth.token\n",
                        "tree",
                        "Property: frontdoor.limits.max-conections",
                        "spring.application.json",
                        "Property: frontdoor.pth",
                        "systemProperties",
                        "Property: frontdoor.departures.sizes",
                        "commandLineArgs")
                .doesNotContain(SECRET);
    }

    @Test
    void sectionInWhichNothingIsSetIsNoSetting() {
        add(new MapPropertySource("given", Map.of("frontdoor.limits", "")));

        assertAccepted();
    }

    @ParameterizedTest
    @CsvSource({
        "frontdoor.limts,               frontdoor.limits",
        "frontdoor.webhook.delivries,   frontdoor.webhook.deliveries",
        "frontdoor.notifiers.been,      frontdoor.notifiers.beans",
        "frontdoor.auth.token,          frontdoor.auth.tokens",
    })
    void misspelledSectionInWhichNothingIsSetIsRefusedWithTheClosestOne(
            String name, String closest) {
        add(new MapPropertySource("given", Map.of(name, "")));

        assertThat(refusal())
                .contains("Property: " + name + "\n")
                .containsPattern("the closest is " + closest + "(\n|$)");
    }

    @ParameterizedTest
    @CsvSource({
        "frontdoor.auth.tokens=%s,   --frontdoor.auth.tokens",
        "-frontdoor.auth.tokens=%s,  --frontdoor.auth.tokens",
        "FRONTDOOR_AUTH_TOKENS=%s,   --frontdoor.auth.tokens",
        "frontdoor.limits.max-conections=%s, --frontdoor.limits.max-connections",
    })
    void argumentWithoutTwoDashesIsRefusedWithTheRightSpelling(String argument, String right) {
        add(new SimpleCommandLinePropertySource("other", argument.formatted(SECRET)));

        assertThat(refusal()).contains("write " + right + "=VALUE").doesNotContain(SECRET);
    }

    @Test
    void argumentWithoutItsValueIsRefused() {
        add(new SimpleCommandLinePropertySource("--frontdoor.auth.tokens", SECRET));

        assertThat(refusal()).contains("--frontdoor.auth.tokens=VALUE").doesNotContain(SECRET);
    }

    @ParameterizedTest
    @ValueSource(strings = {"other", "other.frontdoor.path=x", "frontdoor", "frontdoors.path=x"})
    void otherArgumentIsAccepted(String argument) {
        add(new SimpleCommandLinePropertySource(argument, "--frontdoor.path=/x"));

        assertAccepted();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            textBlock =
                    """
                    frontdoor.auth.tokens[1]|two |frontdoor.auth.tokens[1]
                    frontdoor.auth.tokens[0]| two|frontdoor.auth.tokens[0]
                    frontdoor.auth.tokens[0]||frontdoor.auth.tokens[0]
                    frontdoor.auth.tokens| two|frontdoor.auth.tokens[0]
                    frontdoor.auth.tokens|one, two|frontdoor.auth.tokens[1]
                    frontdoor.auth.tokens|one,,two|frontdoor.auth.tokens[1]
                    frontdoor.auth.tokens|one,two,|frontdoor.auth.tokens[2]
                    frontdoor.auth.tokens|${token}|frontdoor.auth.tokens[0]
                    """)
    void tokenWithWhiteSpaceAtAnEndIsRefusedByItsPlace(String name, String value, String place) {
        add(
                new MapPropertySource(
                        "given", Map.of(name, value == null ? "" : value, "token", "two ")));

        assertThat(refusal())
                .contains("Property: " + place + "\n")
                .doesNotContain("one")
                .doesNotContain("two");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "one\u00a0",
                "\u00a0one",
                "\u2007one",
                "one\u202f",
                "\u3000one",
                "one\u2028",
                "one\u0085",
                "\u200bone",
                "\ufeffone",
                "one\u2060"
            })
    void tokenWithInvisibleCharactersAtAnEndIsRefused(String token) {
        add(new MapPropertySource("given", Map.of("frontdoor.auth.tokens[0]", token)));

        assertThat(refusal())
                .contains("Property: frontdoor.auth.tokens[0]\n")
                .doesNotContain("one");
    }

    @ParameterizedTest
    @CsvSource({
        "frontdoor.auth.tokens.a,                       frontdoor.auth.tokens.a",
        "frontdoor.auth.tokens[0],                      frontdoor.auth.tokens[0]",
        "frontdoor.webhook.url,                         frontdoor.webhook.url",
        "spring.ssl.bundle.jks.a.keystore.password,     spring.ssl.bundle.jks.a.keystore.password",
        "FRONTDOOR_AUTH_TOKENS_A,                       frontdoor.auth.tokens.a",
        "SERVER_SSL_KEYSTOREPASSWORD,                   SERVER_SSL_KEYSTOREPASSWORD",
    })
    void valueWhosePlaceholderRefersToItselfIsRefusedAndNotShown(String name, String placeholder) {
        String value = SECRET + "${" + placeholder + "}";
        if (name.contains("_")) {
            addVariable(name, value);
            ConfigurationPropertySources.attach(environment);
        } else {
            add(new MapPropertySource("given", Map.of(name, value)));
        }

        assertThat(refusal())
                .containsOnlyOnce("Property: " + name + "\n")
                .contains("refer to each other in a circle")
                .doesNotContain(SECRET);
    }

    @ParameterizedTest
    @ValueSource(strings = {"frontdoor.auth.tokens.a", "frontdoor.path", "FRONTDOOR_AUTH_TOKENS_A"})
    void valueWhosePlaceholderHasNoValueIsRefusedAndNotShown(String name) {
        String value = SECRET + "${absent.token}";
        if (name.contains("_")) {
            addVariable(name, value);
        } else {
            add(new MapPropertySource("given", Map.of(name, value)));
        }

        assertThat(refusal())
                .containsOnlyOnce("Property: " + name + "\n")
                .contains("its placeholder absent.token has no value")
                .doesNotContain(SECRET);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "${absent.path:/x}",
                "${frontdoor.default-place}",
                "${frontdoor.instance-name}",
                "\\${absent.path}"
            })
    void placeholderWithADefaultOrAValueLaterIsAccepted(String value) {
        add(new MapPropertySource("given", Map.of("frontdoor.path", value)));

        assertAccepted();
    }

    @Test
    void otherVariablesMayContainAnything() {
        addVariable("PROMPT", "${PROMPT}");

        assertAccepted();
    }

    @ParameterizedTest
    @ValueSource(strings = {"frontdoor.auth.tokens.a[0]", "frontdoor.auth.tokens[a].b[1].c"})
    void listBelowANameIsNoToken(String name) {
        add(new MapPropertySource("given", Map.of(name, SECRET)));

        assertThat(refusal())
                .contains("Property: frontdoor.auth.tokens", "a name has one token")
                .doesNotContain(SECRET);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "FRONTDOOR_AUTH_TOKENS_0_",
                "FRONTDOOR_AUTH_TOKENS_A_",
                "FRONTDOOR_AUTH_TOKENS__A",
                "FRONTDOOR_AUTH_TOKENS_A__B",
                "FRONTDOOR_AUTH_TOKENS_A_0"
            })
    void variableWithAnEmptyPartOrAnIndexBelowANameIsNoToken(String name) {
        addVariable(name, SECRET);

        assertThat(refusal()).contains(name).doesNotContain(SECRET);
    }

    @ParameterizedTest
    @CsvSource({"FRONTDOOR_AUTH_TOKENS_1, [1]", "FRONTDOOR_AUTH_TOKENS, [0]"})
    void tokenOfAVariableThatEndsWithALineBreakIsRefused(String variable, String place) {
        addVariable(variable, SECRET + "\n");

        assertThat(refusal()).contains("tokens" + place, variable).doesNotContain(SECRET);
    }

    @Test
    void tokenOfAConfigTreeWithWhiteSpaceAtAnEndIsRefused() throws IOException {
        write("tree/frontdoor.auth.tokens", "good," + SECRET + " \n");
        add(
                new SimpleCommandLinePropertySource(
                        "--spring.config.import=configtree:%s/tree/".formatted(directory)));
        ConfigDataEnvironmentPostProcessor.applyTo(environment);

        assertThat(refusal())
                .contains("Property: frontdoor.auth.tokens[1]", "tree")
                .doesNotContain(SECRET);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "one", "one,two words,three"})
    void tokensWithoutSuchWhiteSpaceAreAccepted(String value) {
        add(new MapPropertySource("given", Map.of("frontdoor.auth.tokens", value)));

        assertAccepted();
    }

    private void add(PropertySource<?> source) {
        environment.getPropertySources().addFirst(source);
    }

    private void addVariable(String name, String value) {
        add(new SystemEnvironmentPropertySource("systemEnvironment", Map.of(name, value)));
    }

    private void write(String file, String content) throws IOException {
        Path path = directory.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, content);
    }

    private void check() {
        Log log = LogFactory.getLog(SettingsCheck.class);
        new SettingsCheck(_ -> log).postProcessEnvironment(environment, application);
    }

    private void assertAccepted() {
        assertThatCode(this::check).doesNotThrowAnyException();
    }

    private String refusal() {
        Throwable thrown = catchThrowable(this::check);
        assertThat(thrown).isInstanceOf(RefusedSettingsException.class);
        return String.valueOf(thrown.getMessage());
    }
}
