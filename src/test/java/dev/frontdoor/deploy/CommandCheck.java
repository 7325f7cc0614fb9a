package dev.frontdoor.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What can be checked of a command without running it: names of files, goals, tests, values. */
final class CommandCheck {

    /** Tools that a reader may have. */
    static final Set<String> TOOLS =
            Set.of(
                    "mvn",
                    "java",
                    "curl",
                    "grep",
                    "kill",
                    "mkdir",
                    "cp",
                    "ls",
                    "sed",
                    "export",
                    "helm",
                    "kubectl",
                    "docker",
                    "buildah",
                    "debootstrap",
                    "apt-get",
                    "openssl",
                    "cargo",
                    "npm",
                    "node",
                    "python3",
                    "go",
                    "git",
                    "promtool",
                    "redis-server");

    /** What a command names if it runs integration tests only. */
    private static final String NO_TEST = "none";

    private static final Set<String> PHASES =
            Set.of(
                    "clean",
                    "validate",
                    "compile",
                    "test-compile",
                    "test",
                    "package",
                    "verify",
                    "install");

    private static final Set<String> GOALS =
            Set.of(
                    "spring-boot:run",
                    "dependency:copy",
                    "dependency:copy-dependencies",
                    "exec:exec",
                    "pitest:mutationCoverage");

    /** Properties of Maven's own plugins. */
    private static final Pattern OF_MAVEN =
            Pattern.compile(
                    "skipTests|maven\\..*|surefire\\..*|spring-boot\\.run\\..*|includeScope|outputDirectory|artifact"
                            + "|mutation\\.package|features");

    private static final Pattern OUR_JAR =
            Pattern.compile("(?:.*/)?(worker-front-door-\\d[^/]*\\.jar)");
    private static final Pattern OUR_IMAGE = Pattern.compile("(?:.*/)?worker-front-door:(.+)");
    private static final Pattern BUILT = Pattern.compile("(.*?)/?target/([^/]+\\.jar)");

    /** A path of several parts, but for those of the reader: what a build makes, and notifiers. */
    private static final Pattern PATH =
            Pattern.compile(
                    "(?!target/|notifiers/|src/main/java/com/example/)[\\w.-]+(?:/[\\w.-]+)+/?");

    /** Their arguments look like paths and are none. */
    private static final Set<String> WITHOUT_FILES = Set.of("kubectl", "curl");

    private CommandCheck() {}

    /** Whether it is a tool that the documents use, or a script of the repository. */
    static boolean isTool(String name) {
        Path script = Path.of(name);
        return TOOLS.contains(name) || (Files.isRegularFile(script) && Files.isExecutable(script));
    }

    /** What is wrong with a command; empty if nothing is. */
    static List<String> problems(Command command) {
        List<String> problems = new ArrayList<>();
        if (!isTool(command.tool())) {
            problems.add("no such tool or script: " + command.tool());
        }
        if (!WITHOUT_FILES.contains(command.tool())) {
            command.arguments().stream()
                    .filter(word -> !fileExists(word))
                    .forEach(word -> problems.add("no such file: " + word));
        }
        switch (command.tool()) {
            case "mvn" -> checkMaven(command, problems);
            case "java" -> checkJava(command, problems);
            case "helm" -> checkHelm(command, problems);
            case "docker", "buildah", "./build-image.sh" -> checkBuild(command, problems);
            default -> {}
        }
        return problems;
    }

    /** A path into the repository must exist, or be what a build of the project there makes. */
    private static boolean fileExists(String word) {
        Matcher built = BUILT.matcher(word);
        Matcher jar = OUR_JAR.matcher(word);
        Matcher image = OUR_IMAGE.matcher(word);
        if (jar.matches()) {
            return jar.group(1).equals("%s-exec.jar".formatted(nameAndVersion(Path.of(""))));
        }
        if (image.matches()) {
            return nameAndVersion(Path.of("")).endsWith("-" + image.group(1));
        }
        if (built.matches() && !built.group(1).isEmpty()) {
            Path project = Path.of(built.group(1));
            return Files.exists(project.resolve("pom.xml"))
                    && built.group(2).equals(nameAndVersion(project) + ".jar");
        }
        return !PATH.matcher(word).matches() || Files.exists(Path.of(word));
    }

    private static String nameAndVersion(Path project) {
        String own = read(project.resolve("pom.xml")).replaceAll("(?s)<parent>.*?</parent>", "");
        return first(own, "artifactId") + "-" + first(own, "version");
    }

    private static String first(String xml, String element) {
        Matcher matcher = Pattern.compile("<%1$s>(.*?)</%1$s>".formatted(element)).matcher(xml);
        if (!matcher.find()) {
            throw new AssertionError("a pom.xml without " + element);
        }
        return matcher.group(1);
    }

    private static void checkMaven(Command command, List<String> problems) {
        List<String> words = new ArrayList<>(command.arguments());
        words.removeAll(command.values("-f"));
        for (String word : words) {
            if (word.startsWith("-D")) {
                checkProperty(word.substring(2), problems);
            } else if (!word.startsWith("-") && !PHASES.contains(word) && !GOALS.contains(word)) {
                problems.add("no such phase or goal: " + word);
            }
        }
    }

    private static void checkProperty(String property, List<String> problems) {
        String[] parts = property.split("=", 2);
        if (parts[0].equals("test") || parts[0].equals("it.test")) {
            for (String pattern : parts[1].split(",", -1)) {
                if (!pattern.equals(NO_TEST) && !testExists(pattern)) {
                    problems.add("no such test: " + pattern);
                }
            }
        } else if (!OF_MAVEN.matcher(parts[0]).matches() && !isRead(parts[0])) {
            problems.add("nothing reads the property " + parts[0]);
        }
    }

    private static boolean testExists(String pattern) {
        PathMatcher matcher =
                FileSystems.getDefault()
                        .getPathMatcher("glob:**/%s.java".formatted(pattern.replace('.', '/')));
        return anyFile(Path.of("src", "test", "java"), matcher::matches);
    }

    /** Whether a test asks for a system property of this name, or a pom has a place for it. */
    private static boolean isRead(String property) {
        Pattern asked =
                Pattern.compile(
                        "(System\\.getProperty\\(|Boolean\\.getBoolean\\(|named = )\"%s\""
                                .formatted(Pattern.quote(property)));
        String place = "${%s}".formatted(property);
        return read(Path.of("pom.xml")).contains(place)
                || read(Path.of("bench", "pom.xml")).contains(place)
                || anyFile(
                        Path.of("src", "test", "java"), file -> asked.matcher(read(file)).find());
    }

    private static void checkJava(Command command, List<String> problems) {
        for (String word : command.arguments()) {
            if (word.endsWith(".java") && Files.exists(Path.of(word))) {
                String source = read(Path.of(word));
                command.arguments().stream()
                        .filter(option -> option.startsWith("--"))
                        .filter(option -> !source.contains("\"%s\"".formatted(option)))
                        .forEach(option ->
                                problems.add("%s has no option %s".formatted(word, option)));
            }
        }
    }

    private static void checkHelm(Command command, List<String> problems) {
        for (String assignments : command.values("--set")) {
            for (String assignment : assignments.split(",", -1)) {
                String name = assignment.split("=", 2)[0];
                if (!Chart.hasValue(name)) {
                    problems.add("the chart has no value " + name);
                }
            }
        }
    }

    private static void checkBuild(Command command, List<String> problems) {
        String dockerfile = read(Path.of("Dockerfile"));
        for (String argument : command.values("--build-arg")) {
            String name = argument.split("=", 2)[0];
            if (!dockerfile.contains("\nARG %s=".formatted(name))) {
                problems.add("the Dockerfile has no argument " + name);
            }
        }
    }

    private static boolean anyFile(Path folder, Predicate<Path> test) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).anyMatch(test);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
