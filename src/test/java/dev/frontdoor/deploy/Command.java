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

/**
 * A command that a document, an example or a comment shows.
 *
 * @param words the tool and its arguments, without quotes
 */
record Command(List<String> words) {

    private static final Pattern WORD = Pattern.compile("(?:[^\\s\"']|\"[^\"]*\"|'[^']*')+");
    private static final Pattern SUBSTITUTION = Pattern.compile("^\\w+=\\$\\((.*)\\)$");
    private static final Pattern COMMENTED = Pattern.compile("(?m)^# {2,}(\\S.*)$");

    Command {
        words = List.copyOf(words);
    }

    /** The commands of a document: those of its blocks, and code spans that begin with a tool. */
    static List<Command> in(Document document) {
        List<Command> commands = new ArrayList<>();
        for (Document.Block block : document.blocks()) {
            switch (block.language()) {
                case "sh" -> commands.addAll(inScript(block.text()));
                case "console" -> commands.addAll(inScript(typed(block.text())));
                default -> {}
            }
        }
        for (String span : document.spans()) {
            if (span.contains(" ") && CommandCheck.TOOLS.contains(span.split(" ", 2)[0])) {
                commands.addAll(inScript(span));
            }
        }
        return commands;
    }

    /** The commands in the comments of files that say how they are used. */
    static List<Command> inComments() {
        List<Command> commands = new ArrayList<>();
        try (Stream<Path> values = Files.list(Path.of("examples", "kubernetes"))) {
            List<Path> files = new ArrayList<>(values.sorted().toList());
            files.add(Path.of("Dockerfile"));
            for (Path file : files) {
                Matcher comments = COMMENTED.matcher(Files.readString(file));
                while (comments.find()) {
                    if (CommandCheck.isTool(comments.group(1).split(" ", 2)[0])) {
                        String command = comments.group(1).replaceFirst(" {2,}\\(.*\\)$", "");
                        commands.addAll(inScript(command));
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return commands;
    }

    private static String typed(String console) {
        StringBuilder typed = new StringBuilder();
        console.lines()
                .filter(line -> line.startsWith("$ "))
                .forEach(line -> typed.append(line.substring(2)).append('\n'));
        return typed.toString();
    }

    /** The commands of a script without control structures. */
    static List<Command> inScript(String script) {
        List<Command> commands = new ArrayList<>();
        for (String line : script.replaceAll("\\\\\n\\s*", "").split("\n", -1)) {
            List<String> words = new ArrayList<>();
            Matcher matcher = WORD.matcher(line.strip());
            String inner = SUBSTITUTION.matcher(line.strip()).replaceFirst("$1");
            if (!inner.equals(line.strip())) {
                commands.addAll(inScript(inner));
                continue;
            }
            while (matcher.find() && !matcher.group().startsWith("#")) {
                String word = matcher.group();
                if (Set.of("|", "&&", "&", ";").contains(word)) {
                    end(words, commands);
                } else {
                    words.add(word.replaceAll("[\"']", ""));
                }
            }
            end(words, commands);
        }
        return commands;
    }

    private static void end(List<String> words, List<Command> into) {
        if (!words.isEmpty()) {
            into.add(new Command(words));
            words.clear();
        }
    }

    String tool() {
        return words.getFirst();
    }

    List<String> arguments() {
        return words.subList(1, words.size());
    }

    /** The arguments after each option of this name, or after its equals sign. */
    List<String> values(String option) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            if (words.get(i).equals(option) && i + 1 < words.size()) {
                values.add(words.get(i + 1));
            } else if (words.get(i).startsWith(option + "=")) {
                values.add(words.get(i).substring(option.length() + 1));
            }
        }
        return values;
    }

    @Override
    public String toString() {
        return String.join(" ", words);
    }
}
