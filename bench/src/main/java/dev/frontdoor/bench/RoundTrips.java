package dev.frontdoor.bench;

import dev.frontdoor.bench.load.Entrances;
import dev.frontdoor.bench.load.Fleet;
import dev.frontdoor.bench.load.Load;
import dev.frontdoor.bench.load.Messages;

import io.netty.buffer.ByteBuf;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * What is counted a second. All candidates are started and warmed up first, then measured in turn,
 * round by round, so that a change of the machine's speed meets them all.
 */
final class RoundTrips {

    private static final Set<Workload> OURS =
            EnumSet.of(Workload.ENTER, Workload.REGISTER_AGAIN, Workload.PING, Workload.PUSH);
    private static final int AT_ONCE = 64;
    private static final int FLEET = 1_000;
    private static final int[] IN_FLIGHT = {1, 32, 1_000};

    private final Plan plan;
    private final Machine machine;
    private final Figures figures;
    private final int webhookPort;

    RoundTrips(Plan plan, Machine machine, Figures figures, int webhookPort) {
        this.plan = plan;
        this.machine = machine;
        this.figures = figures;
        this.webhookPort = webhookPort;
    }

    void run(List<Candidate> candidates, Set<Workload> wanted) throws Exception {
        Set<Workload> workloads = EnumSet.copyOf(OURS);
        workloads.retainAll(wanted);
        List<Server> servers = new ArrayList<>();
        try {
            for (Candidate candidate : workloads.isEmpty() ? List.<Candidate>of() : candidates) {
                Bench.progress("starting: " + candidate.label());
                servers.add(Server.start(candidate, machine, webhookPort));
            }
            for (Workload workload : workloads) {
                Bench.progress(workload.label() + ": warm-up");
                for (Server server : servers) {
                    measure(workload, server, true);
                }
                for (int round = 0; round < plan.rounds(); round++) {
                    Bench.progress("%s: round %d".formatted(workload.label(), round + 1));
                    for (Server server : servers) {
                        measure(workload, server, false);
                    }
                }
            }
        } finally {
            for (Server server : servers) {
                server.close();
            }
        }
    }

    private void measure(Workload workload, Server server, boolean warmUp) throws Exception {
        try (Load load = new Load(server.port())) {
            switch (workload) {
                case ENTER -> enter(load, server, warmUp);
                case REGISTER_AGAIN -> trips(workload, load, server, warmUp, Messages::register);
                case PING -> trips(workload, load, server, warmUp, _ -> Messages.PING);
                case PUSH -> push(load, server, warmUp);
                default -> throw new IllegalArgumentException(workload.label());
            }
        }
    }

    private void enter(Load load, Server server, boolean warmUp) throws IOException {
        int count = share(server, warmUp ? plan.warmUpEnters() : plan.enters());
        double cpu = server.cpuMicros();
        long began = System.nanoTime();
        long[] waits = Entrances.run(load, count, AT_ONCE);
        long nanos = System.nanoTime() - began;
        if (!warmUp) {
            Candidate candidate = server.candidate();
            cpu = (server.cpuMicros() - cpu) / count;
            figures.add(Workload.ENTER, "connections", "1/s", candidate, count * 1e9 / nanos);
            figures.add(Workload.ENTER, "CPU a connection", "µs", candidate, cpu);
            figures.add(Workload.ENTER, "wait, p50", "ms", candidate, waits[count / 2] / 1e6);
            figures.add(
                    Workload.ENTER, "wait, p99", "ms", candidate, waits[count * 99 / 100] / 1e6);
        }
    }

    private void trips(
            Workload workload,
            Load load,
            Server server,
            boolean warmUp,
            IntFunction<ByteBuf> message)
            throws IOException {
        Fleet fleet = Fleet.enter(load, FLEET, AT_ONCE);
        int count = share(server, plan.trips());
        double cpu = server.cpuMicros();
        long began = System.nanoTime();
        fleet.roundTrips(count, message);
        if (!warmUp) {
            note(workload, "", server, count, began, cpu);
        }
        fleet.reset();
    }

    private void push(Load load, Server server, boolean warmUp) throws IOException {
        if (server.candidate() == Candidate.SERVICE_ALONE) {
            return; // nobody is there to push
        }
        for (int inFlight : IN_FLIGHT) {
            try (Load own = new Load(server.port())) {
                Fleet fleet = Fleet.enter(own, inFlight, AT_ONCE);
                int each =
                        Math.max(
                                share(server, plan.trips()) / (inFlight == 1 ? 8 : 2) / inFlight,
                                1);
                double cpu = server.cpuMicros();
                long began = System.nanoTime();
                fleet.pushes(each);
                if (!warmUp) {
                    note(
                            Workload.PUSH,
                            ", %,d in flight".formatted(inFlight),
                            server,
                            each * inFlight,
                            began,
                            cpu);
                }
                fleet.reset();
            }
        }
    }

    /** A webhook answers some hundred times a second, and a round need not last minutes. */
    private static int share(Server server, int count) {
        return server.candidate() == Candidate.SERVICE_WITH_THREE ? count / 20 : count;
    }

    private void note(
            Workload workload, String which, Server server, int count, long began, double cpuBefore)
            throws IOException {
        long nanos = System.nanoTime() - began;
        double cpu = (server.cpuMicros() - cpuBefore) / count;
        Candidate candidate = server.candidate();
        figures.add(workload, "round trips" + which, "1/s", candidate, count * 1e9 / nanos);
        figures.add(workload, "CPU a round trip" + which, "µs", candidate, cpu);
    }
}
