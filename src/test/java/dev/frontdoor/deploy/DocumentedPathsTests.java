package dev.frontdoor.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Every path and every link in a document leads somewhere. */
class DocumentedPathsTests {

    @Test
    void everyPathInADocumentExists() {
        List<String> found = new ArrayList<>();
        for (Document document : Document.all()) {
            found.addAll(DocumentedPaths.paths(document));
            assertThat(DocumentedPaths.missingPaths(document)).as("%s", document.path()).isEmpty();
        }

        assertThat(found).hasSizeGreaterThan(20);
    }

    @Test
    void everyLinkInADocumentLeadsSomewhere() throws IOException {
        List<String> found = new ArrayList<>();
        for (Document document : Document.all()) {
            found.addAll(document.links());
            assertThat(DocumentedPaths.brokenLinks(document)).as("%s", document.path()).isEmpty();
        }

        assertThat(found).hasSizeGreaterThan(60);
        assertThat(found).filteredOn(link -> link.contains("#")).hasSizeGreaterThan(30);
    }

    @Test
    void aWrongPathIsFound() {
        Document document =
                Document.planted(
                        "`docs/operations.md` `operations.md` `docs/opertions.md` `opertions.md`"
                                + " `examples/notifer` `exmples/notifier` `bench/run.sh` `/app/notifiers`"
                                + " `health/readiness`");

        assertThat(DocumentedPaths.paths(document)).hasSize(7);
        assertThat(DocumentedPaths.missingPaths(document))
                .containsExactly(
                        "docs/opertions.md",
                        "opertions.md",
                        "examples/notifer",
                        "exmples/notifier");
    }

    @Test
    void aBrokenLinkIsFound() throws IOException {
        Document document =
                Document.planted(
                        """
                        # Here
                        [a](operations.md) [b](operations.md#5-the-drain) [c](#here)
                        [d](../README.md) [e](https://example.com/none)
                        [f](opertions.md) [g](operations.md#5-the-drian) [h](#there) [i](none.md#x)
                        """);

        assertThat(DocumentedPaths.brokenLinks(document))
                .containsExactly(
                        "opertions.md", "operations.md#5-the-drian", "#there", "none.md#x");
    }
}
