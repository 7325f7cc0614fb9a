package dev.frontdoor.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.notifier.ConnectionNotifier;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.LogLines;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class WebhookConfigurationTests {

    private static final String NAME = "frontdoor.instance-name=";

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner()
                    .withPropertyValues(NAME + "pod-1/mh3k9f2a")
                    .withBean(SimpleMeterRegistry.class)
                    .withBean(Clock.class, () -> Clock.SYSTEM)
                    .withBean(ObservationRegistry.class, () -> ObservationRegistry.NOOP)
                    .withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class))
                    .withUserConfiguration(WebhookConfiguration.class);

    @Test
    void thereIsNoneUnlessItIsEnabled() {
        runner.withPropertyValues("frontdoor.webhook.url=http://localhost:1/")
                .run(context -> assertThat(context).doesNotHaveBean(ConnectionNotifier.class));
        runner.withPropertyValues("frontdoor.webhook.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean(ConnectionNotifier.class));
    }

    @Test
    void itsBeanIsNamedWebhook() {
        enabled("http://localhost:1/")
                .run(context ->
                        assertThat(context)
                                .getBeanNames(ConnectionNotifier.class)
                                .containsExactly("webhook"));
    }

    @Test
    void enabledWithoutAUrlItFailsTheStartAndSaysWhatIsMissing() {
        enabled("")
                .run(context ->
                        assertThat(context)
                                .getFailure()
                                .rootCause()
                                .hasMessageContaining("'frontdoor.webhook' on field 'url'")
                                .hasMessageContaining("must be an http or https URL"));
    }

    @Test
    void theSourceIsMadeOfTheApplicationAndTheInstance() throws Exception {
        assertThat(sourceWith("spring.application.name=door", NAME + "pod-1/mh3k9f2a"))
                .isEqualTo("/door/pod-1/mh3k9f2a");
        assertThat(sourceWith("spring.application.name=a b", NAME + "pod 1/x/mh3k9f2a"))
                .isEqualTo("/a%20b/pod%201%2Fx/mh3k9f2a");
    }

    @Test
    void aSourceOfOnesOwnStillNamesTheInstance() throws Exception {
        assertThat(sourceWith("frontdoor.webhook.source=urn:a:b", NAME + "pod-1/mh3k9f2a"))
                .isEqualTo("urn:a:b/pod-1/mh3k9f2a");
    }

    @Test
    void endsAreFlushedWhenTheContextCloses() throws Exception {
        try (TestReceiver receiver = new TestReceiver()) {
            enabled(receiver.url().toString())
                    .run(context -> {
                        ConnectionNotifier webhook = context.getBean(ConnectionNotifier.class);
                        webhook.onWorkerRegistered(7, TestWorker.registration("w"));
                        webhook.onWorkerUnregistered(7);
                    });

            assertThat(receiver.unread()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "frontdoor.notifiers.timeout,                2s, true",
        "frontdoor.notifiers.timeout,             2001ms, false",
        "frontdoor.notifiers.beans.webhook.timeout,  2s, true",
        "frontdoor.registrations.decision-timeout,   1s, true",
        "frontdoor.registrations.decision-timeout,   4s, false"
    })
    void attemptThatAnotherTimeLimitCutsOffIsWarnedOf(String limit, String value, boolean warned) {
        try (LogLines log = new LogLines(WebhookConfiguration.class)) {
            enabled("http://localhost:1/")
                    .withPropertyValues(limit + "=" + value)
                    .run(context -> assertThat(context).hasNotFailed());

            assertThat(log.at("WARN").stream().filter(line -> line.contains("response-timeout")))
                    .hasSize(warned ? 1 : 0)
                    .allSatisfy(line -> assertThat(line).contains(limit, "PT2S"));
        }
    }

    private ApplicationContextRunner enabled(String url) {
        return runner.withPropertyValues(
                "frontdoor.webhook.enabled=true", "frontdoor.webhook.url=" + url);
    }

    private String sourceWith(String... settings) throws Exception {
        try (TestReceiver receiver = new TestReceiver()) {
            enabled(receiver.url().toString())
                    .withPropertyValues(settings)
                    .run(context ->
                            context.getBean(ConnectionNotifier.class)
                                    .onWorkerRegistered(7, TestWorker.registration("w")));
            return receiver.expect().json().path("source").asString();
        }
    }
}
