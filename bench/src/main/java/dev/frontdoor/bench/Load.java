package dev.frontdoor.bench;

import tools.jackson.databind.json.JsonMapper;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The load of {@code bench/load} as a process. */
final class Load implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int LIMIT_SECONDS = 300;

    private final Process process;
    private final BufferedReader output;
    private final int limitSeconds;

    private Load(Machine machine, Server server, String workload, int limit, String... options)
            throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                machine.load().toString(),
                                workload,
                                "port=" + server.port(),
                                "server=" + server.pid(),
                                "limit=" + limit));
        if (server.candidate().isOverTcp()) {
            command.add("tcp=1");
        }
        if (server.candidate() == Candidate.CENTRIFUGO) {
            command.add("centrifugo=1");
        }
        command.addAll(List.of(options));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        if (server.candidate().hasTokens()) {
            builder.environment()
                    .put("WORKER_TOKENS", machine.tokens(server.candidate()).toString());
        }
        process = builder.start();
        output = process.inputReader();
        limitSeconds = limit;
    }

    /** Loads a server, and returns what was seen once the load has ended. */
    static Measurement run(Machine machine, Server server, String workload, String... options)
            throws Exception {
        return run(machine, server, workload, LIMIT_SECONDS, options);
    }

    /** The same, with a limit of its own. */
    static Measurement run(
            Machine machine, Server server, String workload, int limitSeconds, String... options)
            throws Exception {
        try (Load load = new Load(machine, server, workload, limitSeconds, options)) {
            return load.next();
        }
    }

    /** Registers workers with labels, which do nothing until this is closed. */
    static Load stay(Machine machine, Server server, int workers) throws Exception {
        Load load =
                new Load(machine, server, "stay", LIMIT_SECONDS, "workers=" + workers, "labels=1");
        Measurement entered = load.next();
        if (entered.operations() != workers) {
            load.close();
            throw new IllegalStateException("not all have entered: " + entered.problem());
        }
        return load;
    }

    /** Lets those that stay go; says what was seen meanwhile. */
    Measurement end() throws Exception {
        process.getOutputStream().close();
        return next();
    }

    private Measurement next() throws Exception {
        String line =
                CompletableFuture.supplyAsync(this::readLine)
                        .get(limitSeconds + 30L, TimeUnit.SECONDS);
        return JSON.readValue(line, Measurement.class);
    }

    private String readLine() {
        try {
            String line = output.readLine();
            if (line == null) {
                throw new IllegalStateException("the load ended without a result");
            }
            return line;
        } catch (IOException e) {
            throw new IllegalStateException("the load cannot be read", e);
        }
    }

    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }
}
