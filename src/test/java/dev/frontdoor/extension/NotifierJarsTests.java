package dev.frontdoor.extension;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Path;

/** What the start says about jars that will not do what their author expects. */
class NotifierJarsTests {

    private static final String NOTIFIER =
            """
            package com.example;
            import dev.frontdoor.notifier.ConnectionNotifier;
            import dev.frontdoor.protocol.WorkerRegistration;
            public class Billing implements ConnectionNotifier {
                @Override public void onWorkerRegistered(long pid, WorkerRegistration registration) {
                    %s
                }
                @Override public void onWorkerUnregistered(long pid) {}
                %s
            }
            """;

    private static final String WORKERS = "dev.frontdoor.notifier.Workers";

    @Test
    void goodJarWithItsLibraryIsNotWarnedOf() throws IOException {
        billing().writeTo(directory.resolve("jars/billing.jar"));
        library("com.example.Library").writeTo(directory.resolve("jars/library.jar"));

        load("jars");

        assertThat(fixture.warnings()).isEmpty();
        assertThat(fixture.information())
                .anySatisfy(line ->
                        assertThat(line).contains("billing.jar declares [com.example.Billing]"));
    }

    @AutoClose private final NotifierJarsFixture fixture = new NotifierJarsFixture();

    @TempDir Path directory;

    @Test
    void emptyJarIsNamedAlsoBesideAnother() throws IOException {
        SourceJar.in(directory).writeTo(directory.resolve("jars/empty.jar"));
        billing().writeTo(directory.resolve("jars/billing.jar"));

        load("jars");

        assertThat(fixture.warnings())
                .singleElement()
                .asString()
                .contains("empty.jar", "declares nothing");
    }

    @Test
    void jarThatIsNobodysLibraryAndDeclaresNothingIsNamed() throws IOException {
        library("com.example.Library").writeTo(directory.resolve("jars/library.jar"));

        load("jars");

        assertThat(fixture.warnings())
                .singleElement()
                .asString()
                .contains("library.jar", "declares nothing");
    }

    @Test
    void notifierWithoutAnImportsFileIsNamedAlsoBesideAnother() throws IOException {
        billing().writeTo(directory.resolve("jars/billing.jar"));
        SourceJar.in(directory)
                .with(
                        "com.example.Forgotten",
                        NOTIFIER.formatted("", "").replace("Billing", "Forgotten"))
                .writeTo(directory.resolve("jars/forgotten.jar"));

        load("jars");

        assertThat(fixture.warnings())
                .singleElement()
                .asString()
                .contains("forgotten.jar", "declares nothing");
    }

    @Test
    void twoVersionsOfOneJarAreBothNamed() throws IOException {
        billing().writeTo(directory.resolve("jars/billing-1.0.0.jar"));
        billing().writeTo(directory.resolve("jars/billing-1.0.1.jar"));

        load("jars");

        assertThat(fixture.warnings())
                .singleElement()
                .asString()
                .contains("billing-1.0.0.jar", "billing-1.0.1.jar", "com.example.Billing");
    }

    @Test
    void jarOfClassesThatAreCompiledInADirectoryIsNamed() throws IOException {
        billing()
                .withCopyOf(NotifierJarsTests.class)
                .writeTo(directory.resolve("jars/billing.jar"));

        load("jars");

        assertThat(fixture.warnings())
                .singleElement()
                .asString()
                .contains("billing.jar is not used", NotifierJarsTests.class.getName());
    }

    @Test
    void jarThatTheServiceContainsIsNamed() throws IOException {
        billing().writeTo(directory.resolve("jars/billing.jar"));
        SourceJar.in(directory)
                .withCopyOf(Nullable.class)
                .writeTo(directory.resolve("jars/jspecify-0.9.0.jar"));

        load("jars");

        assertThat(fixture.warnings())
                .singleElement()
                .asString()
                .contains("jspecify-0.9.0.jar", "already has", "org.jspecify.annotations.Nullable");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    int count();            | workers.count()               | Workers.count
                    String find(String it); | workers.find("x")             | Workers.find
                    int LIMIT = hash();static int hash() { return 1; } | int it = workers.LIMIT | Workers.LIMIT
                    """)
    void jarThatUsesWhatThisVersionDoesNotHaveIsNamed(String member, String use, String missing)
            throws IOException {
        SourceJar.in(directory)
                .with(
                        "com.example.Billing",
                        NOTIFIER.formatted(use + ";", "dev.frontdoor.notifier.Workers workers;"))
                .against(
                        WORKERS,
                        "package dev.frontdoor.notifier; public interface Workers { %s }"
                                .formatted(member))
                .declaring("com.example.Billing")
                .writeTo(directory.resolve("jars/billing.jar"));

        load("jars");

        assertThat(fixture.warnings())
                .singleElement()
                .asString()
                .contains("billing.jar", "another version", "com.example.Billing uses", missing);
    }

    @Test
    void jarThatUsesATypeThatIsNotThereIsNamed() throws IOException {
        SourceJar.in(directory)
                .with(
                        "com.example.Billing",
                        NOTIFIER.formatted("new dev.frontdoor.notifier.Gone();", ""))
                .against(
                        "dev.frontdoor.notifier.Gone",
                        "package dev.frontdoor.notifier; public class Gone {}")
                .declaring("com.example.Billing")
                .writeTo(directory.resolve("jars/billing.jar"));

        load("jars");

        assertThat(fixture.warnings())
                .singleElement()
                .asString()
                .contains("another version", "dev.frontdoor.notifier.Gone");
    }

    @Test
    void notifierThatLacksAMethodOfTheInterfaceIsNamed() throws IOException {
        SourceJar.in(directory)
                .with(
                        "com.example.Billing",
                        """
                        package com.example;
                        public class Billing implements dev.frontdoor.notifier.ConnectionNotifier {
                            public void onWorkerUnregistered(long pid) {}
                        }
                        """)
                .against(
                        "dev.frontdoor.notifier.ConnectionNotifier",
                        """
                        package dev.frontdoor.notifier;
                        public interface ConnectionNotifier { void onWorkerUnregistered(long pid); }
                        """)
                .declaring("com.example.Billing")
                .writeTo(directory.resolve("jars/billing.jar"));

        load("jars");

        assertThat(fixture.warnings())
                .singleElement()
                .asString()
                .contains("another version", "does not implement", "onWorkerRegistered");
    }

    private SourceJar billing() {
        return SourceJar.in(directory)
                .with("com.example.Billing", NOTIFIER.formatted("registration.identity();", ""))
                .declaring("com.example.Billing");
    }

    private SourceJar library(String name) {
        String type = name.substring(name.lastIndexOf('.') + 1);
        return SourceJar.in(directory)
                .with(name, "package com.example; public class %s {}".formatted(type));
    }

    private void load(String path) {
        fixture.load(directory.resolve(path).toString());
    }
}
