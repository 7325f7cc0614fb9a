package dev.frontdoor.bench;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What is measured on a process of its own each time. */
final class Scenarios {

    private static final int ARRIVALS_A_SECOND = 100;

    private final Plan plan;
    private final Plan.Size size;
    private final Machine machine;
    private final Figures figures;
    private final int webhookPort;
    private final Map<Candidate, Image> images = new EnumMap<>(Candidate.class);

    Scenarios(Plan plan, Machine machine, Figures figures, int webhookPort) {
        this.plan = plan;
        this.size = plan.size();
        this.machine = machine;
        this.figures = figures;
        this.webhookPort = webhookPort;
    }

    void run() throws Exception {
        for (Workload workload : plan.workloads()) {
            switch (workload) {
                case IDLE -> rounds(Math.min(size.rounds(), 2), plan.candidates(), this::idle);
                case MASS_DISCONNECT -> roundsAsInTheImage(this::massDisconnect);
                case STORM -> roundsAsInTheImage(this::storm);
                case STEADY -> steady();
                case TABLE -> rounds(1, services(), this::table);
                case OPERATORS -> new OperatorScenario(plan, machine, figures, webhookPort).run();
                case PUSH_ACROSS -> new FleetScenario(plan, machine, figures, webhookPort).run();
                case START -> new StartUp(plan, machine, figures).run(image(Candidate.SERVICE));
                case CODEC -> CodecBenchmark.run(plan, figures);
                case ENTER, ENTER_AT_RATE, REGISTER_AGAIN, PING, PUBLISH, PUSH -> {}
            }
        }
    }

    /** The service with one notifier: this build's, and the other's if two are compared. */
    private List<Candidate> services() {
        return plan.candidates().stream()
                .filter(each -> each == Candidate.SERVICE || each == Candidate.OTHER)
                .toList();
    }

    private static void rounds(int rounds, List<Candidate> candidates, Step step) throws Exception {
        for (int round = 0; round < rounds; round++) {
            for (Candidate candidate : candidates) {
                step.measure(candidate);
            }
        }
    }

    /** Each round is a process of its own, which has the cache of its image. */
    private void roundsAsInTheImage(ServerStep step) throws Exception {
        rounds(
                size.rounds(),
                services(),
                candidate -> {
                    try (Server server =
                            Server.start(candidate, machine, webhookPort, image(candidate))) {
                        step.measure(server);
                    }
                });
    }

    private Image image(Candidate candidate) throws Exception {
        Image image = images.get(candidate);
        if (image == null) {
            image = Image.of(machine, candidate, size.many());
            images.put(candidate, image);
        }
        return image;
    }

    /**
     * A server that has run for a while, then has so many workers that do nothing. What a process
     * has taken for garbage it fills with workers later, so it is also compared with its start.
     */
    private void idle(Candidate candidate) throws Exception {
        try (Server server = start(candidate)) {
            long started = server.rss();
            process(server, "started");
            warmUp(server);
            long heap = candidate.isOnJvm() ? server.liveHeap() : 0;
            long warm = server.rss();
            process(server, "warm");
            try (Load many = Load.stay(machine, server, size.many())) {
                memory(server, size.many(), heap, warm, started);
                // Liminal's server needs two files a connection, and too much memory for so many.
                if (!candidate.isLiminal() && allows(size.most())) {
                    try (Load more = Load.stay(machine, server, size.most() - size.many())) {
                        memory(server, size.most(), heap, warm, started);
                        check(Workload.IDLE, candidate, more.end());
                    }
                }
                check(Workload.IDLE, candidate, many.end());
            }
        }
    }

    private void process(Server server, String state) throws Exception {
        add(Workload.IDLE, server, "RSS of the process, " + state, "MB", server.rss() / 1e6);
    }

    private void memory(Server server, int workers, long heapBefore, long warm, long started)
            throws Exception {
        String at = " a worker, %,d".formatted(workers);
        if (server.candidate().isOnJvm()) {
            double heap = (double) (server.liveHeap() - heapBefore) / workers;
            add(Workload.IDLE, server, "heap" + at, "B", heap);
        }
        long rss = server.rss();
        double sinceWarm = (double) (rss - warm) / workers;
        double sinceStart = (double) (rss - started) / workers;
        add(Workload.IDLE, server, "RSS" + at, "B", sinceWarm);
        add(Workload.IDLE, server, "RSS since the start" + at, "B", sinceStart);
        process(server, "%,d workers".formatted(workers));
    }

    private void massDisconnect(Server server) throws Exception {
        Workload workload = Workload.MASS_DISCONNECT;
        warmUp(server);
        int workers = size.many() + 1;
        Measurement measured = Load.run(machine, server, "drop", "workers=" + workers);
        check(workload, server.candidate(), measured);
        String told = "to the last end told, %,d".formatted(size.many());
        add(workload, server, told, "ms", measured.longest() * 1e3);
        add(workload, server, "left", "pids", measured.left());
    }

    private void storm(Server server) throws Exception {
        Workload workload = Workload.STORM;
        int many = size.many();
        Measurement measured =
                Load.run(machine, server, "storm", "workers=" + many, "at-once=" + many);
        check(workload, server.candidate(), measured);
        String all = "to all registered, %,d".formatted(many);
        add(workload, server, all, "s", measured.seconds());
        add(workload, server, "longest wait", "s", measured.longest());
        add(workload, server, "memory peak", "MB", server.peakRss() / 1e6);
        add(workload, server, "refused and tried again", "workers", measured.refused());
        add(workload, server, "lost and tried again", "workers", measured.lost());
    }

    private void steady() throws Exception {
        Workload workload = Workload.STEADY;
        try (Server server =
                start(
                        Candidate.SERVICE_WITH_THREE,
                        "--bench.stalled=true",
                        "--bench.second=false",
                        "--frontdoor.notifiers.beans.stalled.on-failure=ignore",
                        "--frontdoor.notifiers.beans.stalled.timeout=1s")) {
            arrivals(server, Math.min(size.steadySeconds(), 10));
            long heap = server.liveHeap();
            long rss = server.rss();
            Measurement measured = arrivals(server, size.steadySeconds());
            check(workload, server.candidate(), measured);
            String over = ", %,d s".formatted(size.steadySeconds());
            add(workload, server, "wait, p50", "ms", measured.p50() * 1e3);
            add(workload, server, "wait, p99", "ms", measured.p99() * 1e3);
            add(workload, server, "wait, longest", "ms", measured.longest() * 1e3);
            add(workload, server, "refused", "workers", measured.refused());
            add(workload, server, "lost", "workers", measured.lost());
            add(workload, server, "heap grown" + over, "KB", (server.liveHeap() - heap) / 1e3);
            add(workload, server, "RSS grown" + over, "KB", (server.rss() - rss) / 1e3);
            add(workload, server, "platform threads", "threads", server.threads());
        }
    }

    private Measurement arrivals(Server server, int seconds) throws Exception {
        return Load.run(
                machine,
                server,
                "arrive",
                seconds + 60,
                "rate=" + ARRIVALS_A_SECOND,
                "count=" + ARRIVALS_A_SECOND * seconds);
    }

    private void table(Candidate candidate) throws Exception {
        int workers = allows(size.most()) ? size.most() : size.many();
        try (Server server = start(candidate);
                Load load = Load.stay(machine, server, workers)) {
            for (String query : List.of("", "?limit=1000", "?identity=nobody", "/17")) {
                String path = "registrations" + query;
                String what = "%s of %,d".formatted(path, workers);
                RequestTimes.of(server, path, size.rounds())
                        .addTo(figures, Workload.TABLE, candidate, what);
            }
            check(Workload.TABLE, candidate, load.end());
        }
    }

    private void warmUp(Server server) throws Exception {
        Measurement measured = Load.run(machine, server, "enter", "count=" + size.many());
        figures.succeeded("warm-up: " + server.candidate().label(), measured);
        server.settle();
    }

    private void check(Workload workload, Candidate candidate, Measurement measured) {
        figures.succeeded("%s: %s".formatted(workload.label(), candidate.label()), measured);
    }

    private void add(Workload workload, Server server, String what, String unit, double value) {
        figures.add(workload, what, unit, server.candidate(), value);
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
        void measure(Candidate candidate) throws Exception;
    }

    private interface ServerStep {
        void measure(Server server) throws Exception;
    }
}
