package dev.frontdoor.bench;

import dev.frontdoor.bench.load.Arrivals;
import dev.frontdoor.bench.load.Entrances;
import dev.frontdoor.bench.load.Fleet;
import dev.frontdoor.bench.load.Load;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What is measured on a process of its own each time. */
final class Scenarios {

    private static final int MANY = 8_000;
    private static final int MOST = 19_500;
    private static final int AT_ONCE = 64;
    private static final int ARRIVALS_A_SECOND = 100;

    private final Plan plan;
    private final Machine machine;
    private final Figures figures;
    private final int webhookPort;

    Scenarios(Plan plan, Machine machine, Figures figures, int webhookPort) {
        this.plan = plan;
        this.machine = machine;
        this.figures = figures;
        this.webhookPort = webhookPort;
    }

    void run(Workload workload, List<Candidate> candidates) throws Exception {
        Bench.progress(workload.label());
        switch (workload) {
            case IDLE -> {
                for (int round = 0; round < Math.min(plan.rounds(), 2); round++) {
                    for (Candidate candidate : candidates) {
                        idle(candidate);
                    }
                }
            }
            case MASS_DISCONNECT -> rounds(this::massDisconnect);
            case STORM -> rounds(this::storm);
            case STEADY -> steady();
            case TABLE -> table();
            case START -> new StartUp(plan, machine, figures).run();
            case CODEC -> CodecBenchmark.run(plan, figures);
            case ENTER, REGISTER_AGAIN, PING, PUSH -> {}
        }
    }

    private void rounds(Step step) throws Exception {
        for (int round = 0; round < plan.rounds(); round++) {
            step.run();
        }
    }

    /**
     * A server that has run for a while, then has so many workers that do nothing. What a process
     * has taken for garbage it fills with workers later, so it is also compared with its start.
     */
    private void idle(Candidate candidate) throws Exception {
        try (Server server = start(candidate);
                Load load = new Load(server.port())) {
            long started = server.rss();
            process(server, "started");
            Entrances.run(load, MANY, AT_ONCE);
            long heap = candidate.isOnJvm() ? server.liveHeap() : 0;
            long warm = server.rss();
            process(server, "warm");
            Fleet.enter(load, MANY, AT_ONCE);
            memory(server, MANY, heap, warm, started);
            if (allows(MOST)) {
                Fleet.enter(load, MOST - MANY, AT_ONCE);
                memory(server, MOST, heap, warm, started);
            }
        }
    }

    private void process(Server server, String state) throws Exception {
        double megabytes = server.rss() / 1e6;
        figures.add(
                Workload.IDLE, "RSS of the process, " + state, "MB", server.candidate(), megabytes);
    }

    private void memory(Server server, int workers, long heapBefore, long warm, long started)
            throws Exception {
        String at = " a worker, %,d".formatted(workers);
        Candidate candidate = server.candidate();
        if (candidate.isOnJvm()) {
            double heap = (double) (server.liveHeap() - heapBefore) / workers;
            figures.add(Workload.IDLE, "heap" + at, "B", candidate, heap);
        }
        long rss = server.rss();
        double sinceWarm = (double) (rss - warm) / workers;
        double sinceStart = (double) (rss - started) / workers;
        figures.add(Workload.IDLE, "RSS" + at, "B", candidate, sinceWarm);
        figures.add(Workload.IDLE, "RSS since the start" + at, "B", candidate, sinceStart);
        process(server, "%,d workers".formatted(workers));
    }

    private void massDisconnect() throws Exception {
        try (Server server = start(Candidate.SERVICE);
                Load load = new Load(server.port())) {
            Entrances.run(load, MANY, AT_ONCE);
            Fleet watcher = Fleet.enter(load, 1, 1);
            Fleet fleet = Fleet.enter(load, MANY, AT_ONCE);
            long began = fleet.reset();
            Fleet.Ends ends = watcher.ends();
            for (long end = began + TimeUnit.MINUTES.toNanos(1); ends.pids() > 1; ) {
                if (System.nanoTime() > end) {
                    throw new IllegalStateException(ends.pids() + " were left");
                }
                Thread.sleep(10);
                ends = watcher.ends();
            }
            double millis = (ends.lastEndNanos() - began) / 1e6;
            add(
                    Workload.MASS_DISCONNECT,
                    "to the last end told, %,d".formatted(MANY),
                    "ms",
                    millis);
            add(Workload.MASS_DISCONNECT, "left", "pids", ends.pids() - 1.0);
        }
    }

    private void storm() throws Exception {
        try (Server server = start(Candidate.SERVICE);
                Load load = new Load(server.port())) {
            long began = System.nanoTime();
            Fleet fleet = Fleet.enter(load, MANY, MANY);
            double seconds = (System.nanoTime() - began) / 1e9;
            add(Workload.STORM, "to all registered, %,d".formatted(MANY), "s", seconds);
            add(Workload.STORM, "longest wait", "s", fleet.longestWaitNanos() / 1e9);
            add(Workload.STORM, "memory peak", "MB", server.peakRss() / 1e6);
            add(Workload.STORM, "refused and tried again", "workers", fleet.refused());
            add(Workload.STORM, "lost and tried again", "workers", fleet.lost());
        }
    }

    private void steady() throws Exception {
        try (Server server =
                        start(
                                Candidate.SERVICE_WITH_THREE,
                                "--bench.stalled=true",
                                "--bench.second=false",
                                "--frontdoor.notifiers.beans.stalled.on-failure=ignore",
                                "--frontdoor.notifiers.beans.stalled.timeout=1s");
                Load load = new Load(server.port())) {
            Arrivals.run(load, ARRIVALS_A_SECOND, 10);
            long heap = server.liveHeap();
            long rss = server.rss();
            Arrivals.Outcome outcome = Arrivals.run(load, ARRIVALS_A_SECOND, plan.steadySeconds());
            long[] waits = outcome.waits();
            Candidate candidate = server.candidate();
            String over = ", %,d s".formatted(plan.steadySeconds());
            Workload steady = Workload.STEADY;
            figures.add(steady, "wait, p50", "ms", candidate, waits[waits.length / 2] / 1e6);
            figures.add(steady, "wait, p99", "ms", candidate, waits[waits.length * 99 / 100] / 1e6);
            figures.add(steady, "wait, longest", "ms", candidate, waits[waits.length - 1] / 1e6);
            figures.add(steady, "refused", "workers", candidate, outcome.refused());
            figures.add(steady, "lost", "workers", candidate, outcome.lost());
            figures.add(
                    steady, "heap grown" + over, "KB", candidate, (server.liveHeap() - heap) / 1e3);
            figures.add(steady, "RSS grown" + over, "KB", candidate, (server.rss() - rss) / 1e3);
            figures.add(steady, "platform threads", "threads", candidate, server.threads());
        }
    }

    private void table() throws Exception {
        int workers = allows(MOST) ? MOST : MANY;
        try (Server server = start(Candidate.SERVICE);
                Load load = new Load(server.port())) {
            Fleet.enter(load, workers, AT_ONCE);
            for (String query : List.of("", "?limit=1000", "?identity=nobody", "/17")) {
                String what = "registrations%s of %,d".formatted(query, workers);
                time(server, query, false, what);
                time(server, query, true, what);
            }
        }
    }

    private void time(Server server, String query, boolean count, String what) throws Exception {
        long[] times = new long[plan.rounds() * 100];
        double cpu = server.cpuMicros();
        for (int i = 0; i < times.length; i++) {
            long began = System.nanoTime();
            server.get("registrations" + query);
            times[i] = System.nanoTime() - began;
        }
        if (count) {
            Arrays.sort(times);
            add(Workload.TABLE, what + ", p50", "ms", times[times.length / 2] / 1e6);
            add(Workload.TABLE, what + ", p99", "ms", times[times.length * 99 / 100] / 1e6);
            double each = (server.cpuMicros() - cpu) / times.length / 1e3;
            add(Workload.TABLE, what + ", CPU", "ms", each);
        }
    }

    private void add(Workload workload, String what, String unit, double value) {
        figures.add(workload, what, unit, Candidate.SERVICE, value);
    }

    private boolean allows(int workers) {
        boolean allowed = machine.allows(workers);
        if (!allowed) {
            System.out.printf(
                    "skipped: %,d workers, as a process may open %,d files%n",
                    workers, machine.maxOpenFiles());
        }
        return allowed;
    }

    private Server start(Candidate candidate, String... settings) throws Exception {
        return Server.start(candidate, machine, webhookPort, settings);
    }

    private interface Step {
        void run() throws Exception;
    }
}
