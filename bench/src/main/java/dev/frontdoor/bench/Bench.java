package dev.frontdoor.bench;

import com.sun.net.httpserver.HttpServer;

import dev.frontdoor.bench.Figures.Figure;

import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;

/** Runs the workloads: {@code quick|full [workload ...]}. */
final class Bench {

    private final Plan plan;
    private final Machine machine;
    private final Figures figures = new Figures();
    private final List<Candidate> candidates;
    private final int webhookPort;

    private Bench(Plan plan, Machine machine, List<Candidate> candidates, int webhookPort) {
        this.plan = plan;
        this.machine = machine;
        this.candidates = candidates;
        this.webhookPort = webhookPort;
    }

    /** Measures, and writes what was measured under {@code bench/results}. */
    public static void main(String[] arguments) throws Exception {
        Plan plan = Plan.of(arguments.length == 0 ? "quick" : arguments[0]);
        Set<Workload> workloads = EnumSet.noneOf(Workload.class);
        Arrays.stream(arguments).skip(1).map(Workload::of).forEach(workloads::add);
        Machine machine = Machine.here();
        Map<String, String> description = machine.description();
        description.forEach((key, value) -> System.out.printf("%s: %s%n", key, value));
        HttpServer receiver = webhookReceiver();
        Bench bench =
                new Bench(plan, machine, candidates(machine), receiver.getAddress().getPort());
        int status = 0;
        try {
            bench.run(workloads.isEmpty() ? EnumSet.allOf(Workload.class) : workloads);
        } catch (Exception e) {
            e.printStackTrace();
            status = 1; // what was measured until then is written all the same
        }
        receiver.stop(0);
        Goals.print(bench.figures);
        Path results = machine.root().resolve("bench/results");
        String run = String.join("-", arguments.length == 0 ? new String[] {"quick"} : arguments);
        Report.write(results, run, plan, description, bench.figures);
        System.out.println("\nwritten to " + results);
        System.exit(status);
    }

    /** Says on the terminal what a run is at, beside the tables. */
    static void progress(String what) {
        System.err.println("# " + what);
    }

    private void run(Set<Workload> workloads) throws Exception {
        RoundTrips roundTrips = new RoundTrips(plan, machine, figures, webhookPort);
        roundTrips.run(candidates, workloads);
        Scenarios scenarios = new Scenarios(plan, machine, figures, webhookPort);
        for (Workload workload : workloads) {
            scenarios.run(workload, candidates);
            for (Figure figure : figures.of(workload)) {
                System.out.print(Report.table(figure));
            }
        }
    }

    private static List<Candidate> candidates(Machine machine) throws Exception {
        List<Candidate> candidates = new ArrayList<>(List.of(Candidate.values()));
        Path node = machine.root().resolve("bench/node");
        boolean installed =
                Files.isDirectory(node.resolve("node_modules"))
                        || Machine.succeeds(
                                "npm", "install", "--silent", "--prefix", node.toString());
        if (!installed) {
            System.out.println("skipped: Node's ws, which npm could not install");
            candidates.remove(Candidate.NODE);
        }
        return candidates;
    }

    /** Takes every event. It runs beside the load, so its own cost is not the service's. */
    private static HttpServer webhookReceiver() throws Exception {
        System.setProperty("sun.net.httpserver.nodelay", "true");
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 1000);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext(
                "/",
                exchange -> {
                    exchange.getRequestBody().readAllBytes();
                    exchange.sendResponseHeaders(204, -1);
                    exchange.close();
                });
        server.start();
        return server;
    }
}
