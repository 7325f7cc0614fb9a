package dev.frontdoor.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The worker program: a process, the states it prints, and its end. */
final class Program implements AutoCloseable {

    /** A line such as {@code state=waiting pause_ms=431}. */
    record StateLine(String name, String details) {

        long pauseMillis() {
            Matcher pause = PAUSE.matcher(details);
            if (!pause.find()) {
                throw new Failure("'state=waiting %s' does not say pause_ms=COUNT", details);
            }
            return Long.parseLong(pause.group(1));
        }

        @Override
        public String toString() {
            return ("state=" + name + " " + details).strip();
        }
    }

    private static final Pattern STATE = Pattern.compile("\\bstate=([a-z]+)(?: (.*))?$");
    private static final Pattern PAUSE = Pattern.compile("\\bpause_ms=([0-9]{1,9})\\b");

    private final Process process;
    private final Timeline timeline;
    private final Duration patience;
    private final BlockingQueue<StateLine> unread = new LinkedBlockingQueue<>();
    private final List<StateLine> states = new ArrayList<>();
    private final List<Thread> readers = new ArrayList<>();

    Program(
            List<String> command,
            Map<String, String> settings,
            Timeline timeline,
            Duration patience)
            throws IOException {
        this.timeline = timeline;
        this.patience = patience;
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("FRONTDOOR_"));
        builder.environment().putAll(settings);
        timeline.add("program starts with " + settings);
        this.process = builder.start();
        read(process.getInputStream(), "out");
        read(process.getErrorStream(), "err");
    }

    private void read(InputStream stream, String name) {
        Thread reader = new Thread(() -> readLines(stream, name), "program-" + name);
        reader.setDaemon(true);
        reader.start();
        readers.add(reader);
    }

    private void readLines(InputStream stream, String name) {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(stream, UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                timeline.add("program " + name + ": " + line);
                Matcher state = STATE.matcher(line);
                if (name.equals("out") && state.find()) {
                    String details = state.group(2) == null ? "" : state.group(2);
                    StateLine read = new StateLine(state.group(1), details);
                    synchronized (states) {
                        states.add(read);
                    }
                    unread.add(read);
                }
            }
        } catch (IOException e) {
            timeline.add("program " + name + " broke off: " + e.getMessage());
        }
    }

    /** The next line with this state; those before it are passed over. */
    StateLine awaitState(String name) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            StateLine line = unread.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (line == null) {
                throw new Failure(
                        "no state=%s within %s s; the states were %s",
                        name, patience.toSeconds(), states());
            } else if (line.name().equals(name)) {
                return line;
            }
        }
    }

    List<StateLine> states() {
        synchronized (states) {
            return List.copyOf(states);
        }
    }

    long count(String state) {
        return states().stream().filter(line -> line.name().equals(state)).count();
    }

    void terminate() {
        timeline.add("suite sends SIGTERM");
        process.toHandle().destroy(); // Process.destroy would close the program's output, too
    }

    /** The exit status, once all of the output is read. */
    int awaitExit() throws InterruptedException {
        if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new Failure(
                    "the program has not ended within %s s; its states were %s",
                    patience.toSeconds(), states());
        }
        for (Thread reader : readers) {
            reader.join(patience.toMillis());
        }
        timeline.add("program exits with status " + process.exitValue());
        return process.exitValue();
    }

    @Override
    public void close() throws IOException {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
