package dev.frontdoor.bench;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.util.List;
import java.util.concurrent.TimeUnit;

/** What operators ask of a service with many workers. */
final class OperatorScenario {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final long EVICTION_LIMIT = TimeUnit.MINUTES.toNanos(2);

    private final Plan plan;
    private final Machine machine;
    private final Figures figures;
    private final int webhookPort;
    private final int workers;

    OperatorScenario(Plan plan, Machine machine, Figures figures, int webhookPort) {
        this.plan = plan;
        this.machine = machine;
        this.figures = figures;
        this.webhookPort = webhookPort;
        this.workers = plan.size().operated();
    }

    void run() throws Exception {
        if (!machine.allows(workers)) {
            System.out.printf("skipped: operators, who need %,d workers%n", workers);
            return;
        }
        try (Server server = Server.start(Candidate.SERVICE, machine, webhookPort);
                Load fleet = Load.stay(machine, server, workers)) {
            for (String query : List.of("", "?groupBy=taskQueue", "?groupBy=activityType")) {
                String path = "registrations" + query;
                RequestTimes.of(server, path, plan.size().rounds())
                        .addTo(
                                figures,
                                Workload.OPERATORS,
                                Candidate.SERVICE,
                                "%s of %,d".formatted(path, workers));
            }
            events(server, workers / 3);
            long selected = evict(server);
            Measurement measured = fleet.end();
            if (measured.failed() != selected) {
                figures.addProblem(
                        "operators: %,d workers were evicted, and %,d were closed"
                                .formatted(selected, measured.failed()));
            }
        }
    }

    /** A stream while workers join and leave. */
    private void events(Server server, int joins) throws Exception {
        try (EventReader events = EventReader.open(server, 2 * joins)) {
            double cpu = server.cpuMicros();
            Measurement measured = Load.run(machine, server, "enter", "count=" + joins);
            figures.succeeded("operators: joins", measured);
            events.awaitAll();
            cpu = (server.cpuMicros() - cpu) / joins;
            String what = "event stream, %,d joins and departures".formatted(joins);
            add(what + ": joins seen", "events", events.count("admitted"));
            add(what + ": departures seen", "events", events.count("departed"));
            add(what + ": missed", "events", events.missed());
            add(what + ": delay, p50", "ms", events.delay(0.5));
            add(what + ": delay, p99", "ms", events.delay(0.99));
            add(what + ": delay, longest", "ms", events.delay(1));
            add(what + ": CPU a join", "µs", cpu);
        }
    }

    /** Evicts a quarter at once; returns how many. */
    private long evict(Server server) throws Exception {
        long began = System.nanoTime();
        JsonNode eviction =
                JSON.readTree(server.post("evictions", "{\"share\": 0.25, \"deadline\": \"0s\"}"));
        double chosen = (System.nanoTime() - began) / 1e6;
        long selected = eviction.required("selected").longValue();
        String path = "evictions/" + eviction.required("id").longValue();
        while (!JSON.readTree(server.get(path))
                .required("state")
                .stringValue()
                .equals("finished")) {
            if (System.nanoTime() - began > EVICTION_LIMIT) {
                throw new IllegalStateException("the eviction does not end");
            }
            Thread.sleep(5);
        }
        String what = "eviction of %,d of %,d".formatted(selected, workers);
        add(what + ": to the response", "ms", chosen);
        add(what + ": to its end", "ms", (System.nanoTime() - began) / 1e6);
        return selected;
    }

    private void add(String what, String unit, double value) {
        figures.add(Workload.OPERATORS, what, unit, Candidate.SERVICE, value);
    }
}
