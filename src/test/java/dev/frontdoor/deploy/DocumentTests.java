package dev.frontdoor.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.deploy.Document.Block;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;

/** The parts of a document, on planted text: a test that finds no part cannot pass on it. */
class DocumentTests {

    private static final Document DOCUMENT =
            Document.planted(
                    """
                    # A title, with `code`

                    Text with `one span`, [a link](other.md#part) and `another
                    span`.

                    ## A part
                    ## A part

                    ```sh
                    # no heading, `no span`, [no link](no.md)
                    run --it
                    ```

                    | setting of `a.b` | |
                    |---|---|
                    | `c`, `d.e` | `f` |
                    | none | |

                    | `other` | |

                    - a list
                      ```
                      indented
                      ```
                    """);

    @Test
    void spansAreFoundOutsideOfBlocksOnly() {
        assertThat(DOCUMENT.spans())
                .containsExactly(
                        "code", "one span", "another span", "a.b", "c", "d.e", "f", "other");
    }

    @Test
    void blocksKeepTheirLanguageAndLoseTheirIndent() {
        assertThat(DOCUMENT.blocks())
                .containsExactly(
                        new Block(
                                "sh",
                                "# no heading, `no span`, [no link](no.md)\nrun --it\n",
                                null),
                        new Block("", "indented\n", null));
    }

    @Test
    void excerptNamesItsFile() {
        Document document =
                Document.planted(
                        """
                        <!-- from: a/B.java -->
                        ```java
                        void b() {}
                        ```

                        ```java
                        void c() {}
                        ```
                        """);

        assertThat(document.blocks())
                .containsExactly(
                        new Block("java", "void b() {}\n", "a/B.java"),
                        new Block("java", "void c() {}\n", null));
    }

    @Test
    void linksAreFoundOutsideOfBlocksOnly() {
        assertThat(DOCUMENT.links()).containsExactly("other.md#part");
    }

    @Test
    void anchorsFollowTheHeadings() {
        assertThat(DOCUMENT.anchors()).containsExactly("a-title-with-code", "a-part", "a-part-1");
    }

    @Test
    void namesInATableGetThePrefixOfItsHeader() {
        assertThat(DOCUMENT.namesInTables()).containsExactly("a.b.c", "a.b.d.e");
    }

    @Test
    void everyDocumentOfTheRepositoryIsRead() {
        assertThat(Document.all())
                .extracting(Document::path)
                .contains(
                        Path.of("README.md"),
                        Path.of("docs", "operations.md"),
                        Path.of("helm", "worker-front-door", "README.md"),
                        Path.of("examples", "kubernetes", "README.md"));
    }
}
