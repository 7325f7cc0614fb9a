package dev.frontdoor.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.notifier.ConnectionNotifier;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * What authors of notifiers compile against stays as it is listed (docs/notifiers.md, section 11).
 */
class AuthorInterfacesTests {

    private static final Path LISTING = Path.of("src/test/resources/author-interfaces.txt");

    @Test
    void whatAuthorsUseStays() throws IOException {
        List<String> listed = listed();
        List<String> current = Signatures.ofAuthorInterfaces();

        if (System.getProperty("generate") == null) {
            assertThat(current)
                    .as(
                            "Authors of notifiers use what is missing here, and docs/notifiers.md"
                                    + " promises that it stays. Restore it, if need be as deprecated")
                    .containsAll(listed);
            assertThat(current)
                    .filteredOn(AuthorInterfacesTests::mustBeImplemented)
                    .as("A new method of this interface needs a default: notifiers lack it")
                    .isSubsetOf(listed);
        }
        GeneratedFile.check(LISTING, String.join("\n", current) + "\n");
    }

    @Test
    void theListingHasThePackagesForAuthorsAndTheKit() {
        assertThat(Signatures.ofAuthorInterfaces())
                .contains(
                        "public abstract void"
                                + " dev.frontdoor.notifier.ConnectionNotifier.onWorkerRegistered(long,dev.frontdoor.protocol.WorkerRegistration)",
                        "public java.lang.String"
                                + " dev.frontdoor.protocol.WorkerRegistration.identity()",
                        "public static final dev.frontdoor.notifier.PushException$Reason"
                                + " dev.frontdoor.notifier.PushException$Reason.REFUSED",
                        "public static dev.frontdoor.test.TestWorker"
                                + " dev.frontdoor.test.TestWorker.connect(java.net.URI) throws java.io.IOException")
                .noneMatch(line -> line.contains("ScriptedServer"));
    }

    @Test
    void whatIsNotPublicIsNotListed() {
        assertThat(Signatures.of(AuthorInterfacesTests.class)).isEmpty();
        assertThat(Signatures.of(BooleanSupplier.class))
                .hasSize(2)
                .contains(
                        "public abstract boolean"
                                + " java.util.function.BooleanSupplier.getAsBoolean()");
    }

    private static boolean mustBeImplemented(String line) {
        return line.startsWith("public abstract ")
                && line.contains(" " + ConnectionNotifier.class.getName() + ".");
    }

    private static List<String> listed() throws IOException {
        return Files.exists(LISTING) ? Files.readAllLines(LISTING) : List.of();
    }
}
