package dev.frontdoor.bench;

import com.sun.net.httpserver.HttpServer;

import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;

/** Runs what {@link Plan} says, prints tables, and writes results. */
final class Bench {

    private Bench() {}

    /** Measures, and writes what was measured under {@code bench/results}. */
    public static void main(String[] arguments) throws Exception {
        Plan plan;
        try {
            plan = Plan.of(List.of(arguments));
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        if (plan.workloads().contains(Workload.PUSH_ACROSS) && !FleetScenario.hasRedis()) {
            plan = plan.without(Workload.PUSH_ACROSS);
        }
        Machine machine = Machine.here(plan);
        Figures figures = new Figures();
        HttpServer receiver = webhookReceiver();
        try {
            int port = receiver.getAddress().getPort();
            if (plan.candidates().stream().anyMatch(Candidate::hasTokens)) {
                receiver.createContext("/keys", Tokens.write(machine)::serveKeys);
            }
            Plan installed =
                    withoutPeersUnlessBuilt(withoutNodeUnlessInstalled(plan, machine), machine);
            new RoundTrips(installed, machine, figures, port).run();
            new Scenarios(installed, machine, figures, port).run();
        } finally {
            receiver.stop(0);
        }
        if (!plan.isSmoke()) {
            report(plan, machine, figures);
        }
        if (plan.isSmoke()) {
            Allocations.compare(machine, figures, plan.isRecord());
        }
        boolean good = isGood(plan, figures);
        if (good && plan.isSmoke()) {
            System.out.println("The bench works: each workload has a result, and nothing failed.");
        }
        System.exit(good ? 0 : 1);
    }

    private static void report(Plan plan, Machine machine, Figures figures) throws Exception {
        Map<String, String> description = machine.description();
        description.forEach((key, value) -> System.out.printf("%s: %s%n", key, value));
        Path results = machine.root().resolve("bench/results");
        for (Workload workload : plan.workloads()) {
            System.out.print(Report.tables(figures.of(workload)));
            Results.write(results, plan, description, workload, figures.of(workload));
        }
        Goals.print(figures);
        if (!figures.objections().isEmpty()) {
            System.out.printf("%nThese rounds are not valid:%n");
            figures.objections().forEach(objection -> System.out.println("- " + objection));
        }
        System.out.println("\nwritten to " + results);
    }

    /** Whether nothing failed, and every workload has figures. Says so if not. */
    private static boolean isGood(Plan plan, Figures figures) {
        List<Workload> missing =
                plan.workloads().stream().filter(each -> figures.of(each).isEmpty()).toList();
        missing.forEach(workload -> System.out.println("no result: " + workload.label()));
        figures.problems().forEach(problem -> System.out.println("failed: " + problem));
        return missing.isEmpty() && figures.problems().isEmpty();
    }

    private static Plan withoutNodeUnlessInstalled(Plan plan, Machine machine) throws Exception {
        Path node = machine.root().resolve("bench/node");
        if (!plan.candidates().contains(Candidate.NODE)
                || Files.isDirectory(node.resolve("node_modules"))
                || Machine.succeeds("npm", "install", "--silent", "--prefix", node.toString())) {
            return plan;
        }
        System.out.println("skipped: Node's ws, which npm could not install");
        return plan.without(Set.of(Candidate.NODE));
    }

    /** {@code run.sh} builds them, or says why not. */
    private static Plan withoutPeersUnlessBuilt(Plan plan, Machine machine) {
        Set<Candidate> absent = EnumSet.noneOf(Candidate.class);
        if (!Files.isExecutable(machine.liminal())) {
            absent.add(Candidate.LIMINAL);
            absent.add(Candidate.LIMINAL_OVER_TCP);
        }
        if (!Files.isExecutable(machine.centrifugo())) {
            absent.add(Candidate.CENTRIFUGO);
        }
        return plan.without(absent);
    }

    /** Takes every event. It runs beside the load, and its processor time counts as the load's. */
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
