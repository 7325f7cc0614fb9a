package dev.frontdoor.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** The Java code in the documents compiles, so every class and method that it names exists. */
class DocumentedCodeTests {

    /** A document may leave the imports out. */
    private static final String IMPORTS =
            """
            import static org.junit.jupiter.api.Assertions.*;
            import dev.frontdoor.*;
            import dev.frontdoor.notifier.*;
            import dev.frontdoor.protocol.*;
            import dev.frontdoor.test.*;
            import java.io.*;
            import java.nio.charset.*;
            import java.time.*;
            import java.util.*;
            import java.util.concurrent.*;
            import org.junit.jupiter.api.*;
            import org.junit.jupiter.api.extension.*;
            import org.springframework.boot.*;
            import org.springframework.boot.autoconfigure.*;
            import org.springframework.context.annotation.*;
            """;

    @TempDir private Path classes;

    @Test
    void theCodeOfEveryDocumentCompiles() throws IOException {
        List<String> compiled = new ArrayList<>();
        for (Document document : Document.all()) {
            String source = source(document);
            assertThat(errors(source)).as("%s", document.path()).isEmpty();
            if (!source.isEmpty()) {
                compiled.add(document.path().getFileName().toString());
            }
        }

        assertThat(compiled).contains("README.md", "notifiers.md");
    }

    @Test
    void everyExcerptIsAPartOfItsFile() throws IOException {
        List<String> excerpts = new ArrayList<>();
        for (Document document : Document.all()) {
            for (Document.Block block : document.blocks()) {
                String file = block.file();
                if (file != null) {
                    excerpts.add(file);
                    assertThat(withoutIndents(Files.readString(Path.of(file))))
                            .as("%s", document.path())
                            .contains(withoutIndents(block.text()));
                }
            }
        }

        assertThat(excerpts).hasSizeGreaterThan(3);
    }

    @Test
    void aWrongNameIsFound() throws IOException {
        Document document =
                Document.planted(
                        """
                        ```java
                        class Registry {
                            private Workers workers;
                        }
                        ```

                        ```java
                            void charge() {
                                workers.fnd(7);
                            }
                        ```
                        """);

        assertThat(errors(source(document)))
                .singleElement()
                .satisfies(error -> assertThat(error).contains("fnd"));
    }

    /** All blocks in one file; one that is no type belongs to the first class. */
    private static String source(Document document) {
        List<String> types = new ArrayList<>();
        for (Document.Block block : document.blocks()) {
            if (!block.language().equals("java") || block.file() != null) {
                continue;
            }
            String code = block.text().replaceAll("(?m)^(package|import) .*\n", "");
            if (code.contains("class ")) {
                types.add(code);
            } else {
                String first = types.removeFirst().stripTrailing();
                types.addFirst(first.substring(0, first.length() - 1) + code + "}\n");
            }
        }
        return String.join("\n", types);
    }

    private static String withoutIndents(String text) {
        return text.replaceAll("(?m)^ +", "");
    }

    private List<String> errors(String source) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
        JavaFileObject file =
                new SimpleJavaFileObject(
                        Path.of("Documented.java").toUri(), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return IMPORTS + source;
                    }
                };
        List<String> options =
                List.of(
                        "-proc:none",
                        "-d",
                        classes.toString(),
                        "-classpath",
                        System.getProperty("java.class.path"));
        compiler.getTask(null, null, diagnostics, options, null, List.of(file)).call();
        return diagnostics.getDiagnostics().stream()
                .filter(diagnostic -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
                .map(Diagnostic::toString)
                .toList();
    }
}
