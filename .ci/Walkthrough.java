import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Follows a document as a reader does: {@code java Walkthrough.java CHECKOUT DOCUMENT DIRECTORY}.
 * It runs each command of its {@code sh} and {@code console} blocks in the directory, in order.
 *
 * <ul>
 *   <li>A command must succeed. One that starts the service runs in a terminal of its own, until
 *       the next one or the next Maven command other than {@code mvn compile}; then Ctrl-C ends it.
 *   <li>{@code <!-- expect: TEXT -->} before a block: the output must contain the text. If it does
 *       not yet, the block's curl commands are repeated.
 *   <li>{@code <!-- expect lines: WORDS -->} before a block: its last command prints one line for
 *       each word.
 *   <li>{@code <!-- exit status: 1 -->} before a block: its last command ends with this status.
 *   <li>{@code <!-- in: the checkout -->} before a block: it runs in the checkout.
 *   <li>{@code <!-- not followed: REASON -->} before a block: it is not run.
 *   <li>A block whose first line is a comment with a path is written to that file.
 * </ul>
 */
final class Walkthrough {

    private static final Duration COMMAND = Duration.ofMinutes(25);
    private static final Duration EXPECTATION = Duration.ofMinutes(10);

    private static final Pattern FENCE = Pattern.compile("^```(\\w*)$");
    private static final Pattern MARKER = Pattern.compile("^<!-- ([a-z ]+): (.*) -->$");
    private static final Pattern FILE =
            Pattern.compile("^(?://|#|<!--) ((?:[\\w.-]+/)*[\\w.-]+\\.\\w+)(?: -->)?$");
    private static final Pattern SERVES =
            Pattern.compile("^(mvn .*spring-boot:run.*|java -jar .*-exec\\.jar.*)$");

    private static final Pattern STARTED = Pattern.compile("Started \\w+Application");

    private final Path directory;
    private final Path checkout;
    private final Terminal main;
    private Terminal service;

    private Walkthrough(Path checkout, Path directory) throws IOException {
        this.checkout = checkout;
        this.directory = directory;
        this.main = new Terminal(directory);
    }

    public static void main(String[] arguments) throws Exception {
        Path checkout = Path.of(arguments[0]).toRealPath();
        Path document = checkout.resolve(arguments[1]);
        Walkthrough walkthrough =
                new Walkthrough(checkout, Files.createDirectories(Path.of(arguments[2])));
        Runtime.getRuntime().addShutdownHook(new Thread(walkthrough::close));
        List<Block> blocks = blocks(Files.readAllLines(document));
        for (Block block : blocks) {
            walkthrough.follow(block);
        }
        System.out.printf("== %s: followed%n", document);
        System.exit(0);
    }

    private void follow(Block block) throws Exception {
        Matcher file = FILE.matcher(block.lines.get(0));
        if (!block.values("not followed").isEmpty()) {
            return;
        }
        if (file.matches()) {
            Path target = directory.resolve(file.group(1));
            Files.createDirectories(target.getParent());
            Files.write(target, block.lines);
            return;
        }
        boolean inCheckout = block.values("in").contains("the checkout");
        if (inCheckout) {
            main.run("pushd " + checkout, "0");
        }
        int from = main.output().length();
        int fromService = service == null ? 0 : service.output().length();
        List<String> commands = block.commands();
        int fromLast = from;
        for (String command : commands) {
            if (SERVES.matcher(command).matches()) {
                serve(command);
                fromService = 0;
            } else {
                if (command.startsWith("mvn") && !command.endsWith(" compile")) {
                    stop();
                }
                fromLast = main.output().length();
                boolean last = command.equals(commands.get(commands.size() - 1));
                main.run(command, last ? block.value("exit status", "0") : "0");
            }
        }
        for (String words : block.values("expect lines")) {
            String lines = main.output().substring(fromLast).replaceAll("<<status \\d+>>\n", "");
            if (!lines.equals(words.replace(' ', '\n') + "\n")) {
                throw new IllegalStateException("expected " + words);
            }
        }
        for (String text : block.values("expect")) {
            int start = fromService;
            await(
                    "no output contains: " + text,
                    () -> {
                        if (main.output().indexOf(text, from) >= 0
                                || (service != null
                                        && service.output().indexOf(text, start) >= 0)) {
                            return true;
                        }
                        commands.stream()
                                .filter(command -> command.startsWith("curl"))
                                .forEach(command -> main.run(command, "0"));
                        return false;
                    });
        }
        if (inCheckout) {
            main.run("popd", "0");
        }
    }

    private void serve(String command) throws Exception {
        stop();
        new ServerSocket(8080).close();
        new ServerSocket(8081).close();
        service = new Terminal(directory);
        service.type("exec " + command);
        await(
                "the service has not started",
                () -> {
                    if (!service.isAlive()) {
                        throw new IllegalStateException("the service has ended");
                    }
                    return STARTED.matcher(service.output()).find();
                });
    }

    private void stop() throws Exception {
        if (service != null) {
            service.interrupt();
            service = null;
        }
    }

    private void close() {
        main.kill();
        if (service != null) {
            service.kill();
        }
    }

    private static void await(String problem, BooleanSupplier condition) throws Exception {
        await(problem, EXPECTATION, condition);
    }

    private static void await(String problem, Duration limit, BooleanSupplier condition)
            throws Exception {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("within %s: %s".formatted(limit, problem));
            }
            TimeUnit.MILLISECONDS.sleep(500);
        }
    }

    private static List<Block> blocks(List<String> lines) {
        List<Block> blocks = new ArrayList<>();
        List<String> markers = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            Matcher fence = FENCE.matcher(lines.get(i));
            if (MARKER.matcher(lines.get(i)).matches()) {
                markers.add(lines.get(i));
            } else if (fence.matches()) {
                int end = i + 1;
                while (!lines.get(end).equals("```")) {
                    end++;
                }
                Block block = new Block(fence.group(1), markers, lines.subList(i + 1, end));
                if (block.isFollowed()) {
                    blocks.add(block);
                }
                markers = new ArrayList<>();
                i = end;
            }
        }
        return blocks;
    }

    /** A fenced block, with the comments between it and the block before. */
    private record Block(String language, List<String> markers, List<String> lines) {

        boolean isFollowed() {
            return List.of("sh", "console").contains(language)
                    || FILE.matcher(lines.get(0)).matches();
        }

        List<String> values(String name) {
            return markers.stream()
                    .map(MARKER::matcher)
                    .filter(Matcher::matches)
                    .filter(marker -> marker.group(1).equals(name))
                    .map(marker -> marker.group(2))
                    .toList();
        }

        String value(String name, String otherwise) {
            return values(name).stream().findFirst().orElse(otherwise);
        }

        /** Each command on one line, without its comment. */
        List<String> commands() {
            Stream<String> typed = lines.stream();
            if (language.equals("console")) {
                typed = typed.filter(line -> line.startsWith("$ ")).map(line -> line.substring(2));
            }
            return String.join("\n", typed.toList())
                    .replaceAll("\\\\\n\\s*", "")
                    .lines()
                    .map(line -> line.replaceFirst("(^| {2,})# .*$", "").strip())
                    .filter(line -> !line.isEmpty())
                    .toList();
        }
    }

    /** A shell with job control, in a process group of its own. */
    private static final class Terminal {

        private static final Pattern DONE = Pattern.compile("<<status (\\d+)>>");

        private final StringBuffer output = new StringBuffer();
        private final Process shell;
        private final Writer input;

        Terminal(Path directory) throws IOException {
            shell =
                    new ProcessBuilder("setsid", "env", "--default-signal=INT", "bash", "-m")
                            .directory(directory.toFile())
                            .redirectErrorStream(true)
                            .start();
            input = shell.outputWriter(StandardCharsets.UTF_8);
            Thread reader = new Thread(this::read);
            reader.setDaemon(true);
            reader.start();
        }

        /** Types a command, waits until it has ended, and expects this exit status. */
        void run(String command, String status) {
            int from = output.length();
            try {
                type(command);
                type("printf '<<status %d>>\\n' $?");
                await(command, COMMAND, () -> DONE.matcher(output.substring(from)).find());
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            Matcher done = DONE.matcher(output.substring(from));
            if (!done.find() || !done.group(1).equals(status)) {
                throw new IllegalStateException("%s: %s".formatted(done.group(), command));
            }
        }

        void type(String line) throws IOException {
            if (!line.startsWith("printf '<<")) {
                System.out.println("$ " + line);
            }
            input.write(line + "\n");
            input.flush();
        }

        boolean isAlive() {
            return shell.isAlive();
        }

        String output() {
            return output.toString();
        }

        /** Types Ctrl-C, and waits until all that the shell started has ended. */
        void interrupt() throws Exception {
            System.out.println("^C");
            List<ProcessHandle> processes =
                    Stream.concat(Stream.of(shell.toHandle()), shell.descendants()).toList();
            for (ProcessHandle process : processes) {
                new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
            }
            await("Ctrl-C", () -> processes.stream().noneMatch(ProcessHandle::isAlive));
        }

        void kill() {
            shell.descendants().forEach(ProcessHandle::destroyForcibly);
            shell.destroyForcibly();
        }

        private void read() {
            byte[] buffer = new byte[8192];
            try (InputStream in = shell.getInputStream()) {
                for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                    String text = new String(buffer, 0, count, StandardCharsets.UTF_8);
                    output.append(text);
                    System.out.print(text);
                    System.out.flush();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
