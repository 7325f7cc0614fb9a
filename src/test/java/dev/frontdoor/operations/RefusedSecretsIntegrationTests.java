package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

import dev.frontdoor.FrontDoorApplication;
import dev.frontdoor.logging.LoggedOutputExtension;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.TestKeys;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A secret that keeps the service from starting is named, and not shown. */
@ExtendWith(LoggedOutputExtension.class)
class RefusedSecretsIntegrationTests {

    private static final String SECRET = "planted-Secret-7";

    private static final TestKeys KEYS = TestKeys.generate();

    @TempDir static Path directory;

    /** Each is a list of settings. SECRET, FILE and STORE stand for what their names say. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "frontdoor.auth.tokens=SECRET,,",
                "frontdoor.auth.tokens=SECRET${frontdoor.auth.tokens}",
                "frontdoor.auth.tokens[1]=SECRET",
                "frontdoor.auth.tokens.a=SECRET${frontdoor.auth.tokens.a}",
                "frontdoor.auth.tokens.a=SECRET${frontdoor.auth.tokens.b};"
                        + "frontdoor.auth.tokens.b=SECRET${frontdoor.auth.tokens.a}",
                "frontdoor.auth.tokens.a[0]=SECRET",
                "frontdoor.auth.tokens.[a b]=SECRET",
                "frontdoor.auth.tokens.a=SECRET\u200b",
                "frontdoor.auth.token=SECRET",
                "frontdoor.auth.token-files=FILE",
                "frontdoor.auth.jwt.issuer=http://user:SECRET@localhost:1/",
                "frontdoor.auth.jwt.jwk-set-uri=http://user:SECRET@localhost:1/;"
                        + "frontdoor.auth.jwt.audiences=*",
                "frontdoor.auth.jwt.jwk-set-uri=http://[/?key=SECRET;"
                        + "frontdoor.auth.jwt.audiences=*",
                "frontdoor.auth.jwt.jwk-set-uri=http://localhost:1/;"
                        + "frontdoor.auth.jwt.audiences=*;frontdoor.auth.jwt.jwk-set-token-file=FILE/x",
                "frontdoor.management.auth.operate.tokens=SECRET,,",
                "frontdoor.management.auth.operate.tokens[1]=SECRET",
                "frontdoor.management.auth.operate.tokens.[a b]=SECRET",
                "frontdoor.management.auth.view.tokens.a=SECRET\u200b",
                "frontdoor.management.auth.view.tokens.a="
                        + "SECRET${frontdoor.management.auth.view.tokens.a}",
                "frontdoor.management.auth.view.token=SECRET",
                "frontdoor.management.auth.view.token-files=FILE",
                "frontdoor.management.auth.jwt.jwk-set-uri=http://user:SECRET@localhost:1/;"
                        + "frontdoor.management.auth.jwt.audiences=*",
                "frontdoor.webhook.enabled=true;frontdoor.webhook.url=http://localhost/;"
                        + "frontdoor.webhook.secrets=SECRET",
                "frontdoor.webhook.enabled=true;frontdoor.webhook.url=http://localhost/;"
                        + "frontdoor.webhook.secrets=whsec_!SECRET",
                "frontdoor.webhook.secrets.a=SECRET",
                "frontdoor.webhook.secrets[0].a=SECRET",
                "frontdoor.webhook.enabled=true;"
                        + "frontdoor.webhook.url=http://user:SECRET@localhost/?key=SECRET",
                "frontdoor.webhook.enabled=true;frontdoor.webhook.url=ftp://localhost/?key=SECRET",
                "frontdoor.webhook.enabled=true;frontdoor.webhook.url=http://user:SECRET@[/",
                "server.ssl.key-store=STORE;server.ssl.key-store-password=SECRET",
                "server.ssl.key-store=STORE;server.ssl.key-store-password=password;"
                        + "server.ssl.key-password=SECRET",
                "server.ssl.bundle=a;spring.ssl.bundle.jks.a.keystore.location=STORE;"
                        + "spring.ssl.bundle.jks.a.keystore.password=SECRET",
                "server.ssl.bundle=a;spring.ssl.bundle.jks.a.keystore.location=STORE;"
                        + "spring.ssl.bundle.jks.a.keystore.password="
                        + "SECRET${spring.ssl.bundle.jks.a.keystore.password}",
                "server.ssl.bundle=a;spring.ssl.bundle.pem.a.keystore.certificate=STORE;"
                        + "spring.ssl.bundle.pem.a.keystore.private-key="
                        + "-----BEGIN PRIVATE KEY-----\nSECRET\n-----END PRIVATE KEY-----",
                "server.ssl.bundle=a;spring.ssl.bundle.pem.a.keystore.private-key=SECRET",
                "spring.ssl.bundle.jks.a=SECRET",
                "management.opentelemetry.tracing.export.otlp.endpoint=http://user:SECRET@[/",
                "management.opentelemetry.tracing.export.otlp.endpoint=http://localhost:1/;"
                        + "management.opentelemetry.tracing.export.otlp.headers=SECRET",
                "management.opentelemetry.tracing.export.otlp.endpoint=http://localhost:1/;"
                        + "management.opentelemetry.tracing.export.otlp.headers.Authorization="
                        + "SECRET${management.opentelemetry.tracing.export.otlp.headers"
                        + ".Authorization}"
            })
    void reportOfAFailedStartShowsNoSecret(String settings, CapturedOutput output)
            throws Exception {
        Path file = Files.writeString(directory.resolve("secret"), SECRET + " x ");
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "--server.port=0",
                                "--management.server.port=0",
                                "--logging.level.dev.frontdoor=DEBUG"));
        for (String setting : settings.split(";", -1)) {
            arguments.add(
                    "--"
                            + setting.replace("SECRET", SECRET)
                                    .replace("FILE", file.toString())
                                    .replace("STORE", KEYS.store().toString()));
        }

        assertThatException()
                .isThrownBy(() ->
                        new SpringApplicationBuilder(FrontDoorApplication.class)
                                .run(arguments.toArray(String[]::new))
                                .close());

        ServerUnderTest.eventually(() ->
                assertThat(output).containsAnyOf("APPLICATION FAILED TO START", "run failed"));
        assertThat(output.getAll())
                .doesNotContain(SECRET)
                .doesNotContain(SECRET.toLowerCase(Locale.ROOT));
    }
}
