package dev.frontdoor.deploy;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A Markdown document, split into the parts that tests compare with the code.
 *
 * @param path its path from the root of the repository
 */
record Document(Path path, String text) {

    /** Languages in which only workers are written, with names that look like settings. */
    private static final Set<String> OF_WORKERS = Set.of("python", "ts", "go");

    private static final Path ROOT = Path.of("").toAbsolutePath();

    private static final Pattern FENCE = Pattern.compile("^\\s*```(\\w*)\\s*$");
    private static final Pattern FROM = Pattern.compile("^<!-- from: (\\S+) -->$");
    private static final Pattern SPAN = Pattern.compile("(?s)(?<!`)(`+)(?!`)(.+?)(?<!`)\\1(?!`)");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("^#{1,6} (.*)$");
    private static final Pattern COLUMN_OF = Pattern.compile("^\\|[^|`]* of `([^`|]+)` *\\|");
    private static final Pattern FIRST_CELL = Pattern.compile("^\\|([^|]*)\\|");

    /** The README files, and everything below docs. */
    static List<Document> all() {
        List<Document> documents = new ArrayList<>();
        for (Path folder :
                List.of(
                        ROOT,
                        ROOT.resolve("docs"),
                        Chart.FOLDER,
                        ROOT.resolve("examples").resolve("kubernetes"))) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.filter(Document::isMarkdown).sorted().toList()) {
                    documents.add(new Document(ROOT.relativize(file), Files.readString(file)));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return documents;
    }

    /** A document with this text, in the directory {@code docs}. */
    static Document planted(String text) {
        return new Document(Path.of("docs", "planted.md"), text);
    }

    private static boolean isMarkdown(Path path) {
        return path.toString().endsWith(".md");
    }

    /** The fenced code blocks, in order. */
    List<Block> blocks() {
        List<Block> blocks = new ArrayList<>();
        String language = null;
        String before = "";
        String file = null;
        StringBuilder content = new StringBuilder();
        for (String line : lines()) {
            Matcher fence = FENCE.matcher(line);
            if (!fence.matches()) {
                content.append(line).append('\n');
                before = line;
            } else if (language == null) {
                Matcher from = FROM.matcher(before);
                file = from.matches() ? from.group(1) : null;
                language = fence.group(1);
                content.setLength(0);
            } else {
                String code = content.toString().stripTrailing().stripIndent();
                blocks.add(new Block(language, code + "\n", file));
                language = null;
            }
        }
        return blocks;
    }

    /** The code spans outside of blocks, in order, each on one line. */
    List<String> spans() {
        List<String> spans = new ArrayList<>();
        for (String paragraph : prose().split("\n(?=\\s*\n|\\||[-*] )", -1)) {
            Matcher matcher = SPAN.matcher(paragraph);
            while (matcher.find()) {
                spans.add(
                        matcher.group(2).replaceAll("\\s*\n\\s*", " ").replace("\\|", "|").strip());
            }
        }
        return spans;
    }

    /**
     * Everything set as code that speaks of the service: spans, and blocks but for workers' code.
     */
    List<String> code() {
        List<String> code = new ArrayList<>(spans());
        blocks().stream()
                .filter(block -> !OF_WORKERS.contains(block.language()))
                .forEach(block -> code.add(block.text()));
        return code;
    }

    /** The targets of the links, in order. */
    List<String> links() {
        return LINK.matcher(prose()).results().map(link -> link.group(1)).toList();
    }

    /** The anchors of the headings, by the rules of GitHub. */
    Set<String> anchors() {
        Map<String, Integer> seen = new HashMap<>();
        Set<String> anchors = new LinkedHashSet<>();
        for (String line : prose().lines().toList()) {
            Matcher heading = HEADING.matcher(line);
            if (heading.matches()) {
                String anchor = anchor(heading.group(1));
                int repetition = seen.merge(anchor, 1, Integer::sum) - 1;
                anchors.add(repetition == 0 ? anchor : anchor + "-" + repetition);
            }
        }
        return anchors;
    }

    /**
     * The names in tables whose first column is headed {@code something of `prefix`}: the code
     * spans of that column, each with the prefix before it.
     */
    List<String> namesInTables() {
        List<String> names = new ArrayList<>();
        String prefix = null;
        for (String line : prose().lines().toList()) {
            Matcher header = COLUMN_OF.matcher(line);
            Matcher cell = FIRST_CELL.matcher(line);
            if (header.find()) {
                prefix = header.group(1);
            } else if (!cell.find()) {
                prefix = null;
            } else if (prefix != null) {
                Matcher spans = SPAN.matcher(cell.group(1));
                while (spans.find()) {
                    names.add(prefix + "." + spans.group(2));
                }
            }
        }
        return names;
    }

    private List<String> lines() {
        return text.lines().toList();
    }

    /** The lines outside of blocks. */
    private String prose() {
        StringBuilder prose = new StringBuilder();
        boolean inBlock = false;
        for (String line : lines()) {
            if (FENCE.matcher(line).matches()) {
                inBlock = !inBlock;
                prose.append('\n');
            } else if (!inBlock) {
                prose.append(line).append('\n');
            }
        }
        return prose.toString();
    }

    private static String anchor(String heading) {
        return heading.replaceAll("\\]\\([^)]*\\)", "")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                .strip()
                .replace(' ', '-');
    }

    /**
     * A fenced code block.
     *
     * @param language empty if it names none
     * @param file the file that it is a part of, by a comment {@code <!-- from: FILE -->} on the
     *     line before; null without such
     */
    record Block(String language, String text, @Nullable String file) {}
}
