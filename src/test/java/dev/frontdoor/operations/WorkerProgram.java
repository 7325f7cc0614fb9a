package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A program that is a worker: takes commands, where it does, and prints answers, one a line. */
final class WorkerProgram implements AutoCloseable {

    private static final Duration MAX_WAIT = Duration.ofSeconds(90);

    private final Process process;
    private final BufferedWriter commands;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

    private WorkerProgram(Process process) {
        this.process = process;
        this.commands = process.outputWriter();
        Thread.ofVirtual().start(this::readAnswers);
    }

    /** Starts a program that {@code interop/run.sh} has built. */
    static WorkerProgram start(String name, String... arguments) throws IOException {
        Path program = Path.of(System.getProperty("interop.workers", ""), name);
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        return run(command.toArray(String[]::new));
    }

    /** Runs a command. */
    static WorkerProgram run(String... command) throws IOException {
        return new WorkerProgram(
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
    }

    /** Sends a command and returns its answer. */
    String does(String command) throws Exception {
        begin(command);
        return answer();
    }

    /** Sends a command. */
    void begin(String command) throws IOException {
        commands.write(command);
        commands.newLine();
        commands.flush();
    }

    /** The next line of the program. */
    String answer() throws InterruptedException {
        String answer = answers.poll(MAX_WAIT.toSeconds(), TimeUnit.SECONDS);
        assertThat(answer).as("an answer of the worker").isNotNull();
        return answer;
    }

    /** Ends the program's input, which it takes as the order to stop. */
    void endInput() throws IOException {
        commands.close();
    }

    private void readAnswers() {
        try (BufferedReader output = process.inputReader()) {
            output.lines().forEach(answers::add);
        } catch (IOException | UncheckedIOException e) {
            answers.add("the program's output broke: " + e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
