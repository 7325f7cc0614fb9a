package dev.frontdoor.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The files, directories and links that documents name, and those of them that do not exist. */
final class DocumentedPaths {

    private static final Path ROOT = Path.of("").toAbsolutePath();

    private static final Pattern FILE =
            Pattern.compile("[\\w.-][\\w./-]*\\.(md|java|ya?ml|json|jsonl|sh|xml|tpl)");

    private static final Pattern SEVERAL_PARTS =
            Pattern.compile("([a-zA-Z.][\\w.-]*)(/[\\w.-]+)+/?");

    /** First parts of endpoints, which another test checks, and of what the reader makes. */
    private static final Set<String> ELSEWHERE =
            Set.of("health", "registrations", "loggers", "metrics", "notifiers", "META-INF");

    private DocumentedPaths() {}

    /** The paths into the repository among the code spans. */
    static List<String> paths(Document document) {
        return document.spans().stream().filter(DocumentedPaths::isPath).distinct().toList();
    }

    private static boolean isPath(String span) {
        Matcher parts = SEVERAL_PARTS.matcher(span);
        return parts.matches() ? !ELSEWHERE.contains(parts.group(1)) : FILE.matcher(span).matches();
    }

    static List<String> missingPaths(Document document) {
        return paths(document).stream().filter(path -> !exists(document, path)).toList();
    }

    /** From the root, from the document's own directory, or as the end of a file's path. */
    private static boolean exists(Document document, String path) {
        return Files.exists(ROOT.resolve(path))
                || Files.exists(ROOT.resolve(document.path()).resolveSibling(path))
                || isInSources(path);
    }

    private static boolean isInSources(String name) {
        if (name.contains("/")) {
            return false;
        }
        for (String folder : List.of("src", "helm", "examples", "bench")) {
            try (Stream<Path> files =
                    Files.find(
                            ROOT.resolve(folder),
                            32,
                            (file, _) -> file.getFileName().toString().equals(name))) {
                if (files.findAny().isPresent()) {
                    return true;
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return false;
    }

    /** The links to other documents, to files, and to parts of documents, that lead nowhere. */
    static List<String> brokenLinks(Document document) throws IOException {
        List<String> broken = new ArrayList<>();
        for (String link : document.links()) {
            if (!link.contains("://") && !leadsSomewhere(document, link)) {
                broken.add(link);
            }
        }
        return broken;
    }

    private static boolean leadsSomewhere(Document document, String link) throws IOException {
        String[] parts = link.split("#", 2);
        if (parts[0].isEmpty()) {
            return document.anchors().contains(parts[1]);
        }
        Path target = document.path().resolveSibling(parts[0]).normalize();
        if (parts.length == 1 || !Files.exists(ROOT.resolve(target))) {
            return Files.exists(ROOT.resolve(target));
        }
        return new Document(target, Files.readString(ROOT.resolve(target)))
                .anchors()
                .contains(parts[1]);
    }
}
