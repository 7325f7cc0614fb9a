package dev.frontdoor.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How long a start takes until the service says that it is ready, and how much memory it has then:
 * as a jar, and as in the image.
 */
final class StartUp {

    /** When memory is looked at: what a start leaves behind has gone back to the system. */
    private static final Duration AFTER_START = Duration.ofSeconds(8);

    private final Plan plan;
    private final Machine machine;
    private final Figures figures;

    StartUp(Plan plan, Machine machine, Figures figures) {
        this.plan = plan;
        this.machine = machine;
        this.figures = figures;
    }

    void run(Image image) throws Exception {
        for (int round = 0; round < plan.size().rounds(); round++) {
            time("executable jar", jar(), image.directory());
            time(
                    "as in the image, without its cache",
                    image.commandWithoutCache(),
                    image.directory());
            time("as in the image", image.command(), image.directory());
        }
    }

    private void time(String what, List<String> command, Path directory) throws Exception {
        long began = System.nanoTime();
        try (Server server = Server.start(machine, command, directory)) {
            add("to readiness, " + what, "s", (System.nanoTime() - began) / 1e9);
            add("processor time, " + what, "s", server.cpuMicros() / 1e6);
            Thread.sleep(AFTER_START);
            add("RSS, " + what, "MB", server.rss() / 1e6);
        }
    }

    private void add(String figure, String unit, double value) {
        figures.add(Workload.START, figure, unit, Candidate.SERVICE_ALONE, value);
    }

    private List<String> jar() {
        List<String> command = new ArrayList<>(machine.java());
        command.addAll(List.of("-jar", machine.executableJar(Candidate.SERVICE).toString()));
        return command;
    }
}
