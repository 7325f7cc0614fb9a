package dev.frontdoor.bench;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What is counted a second. All candidates are started and warmed up first, then measured in turn,
 * round by round, so that a change of the machine's speed meets them all.
 */
final class RoundTrips {

    private static final Set<Workload> OURS =
            EnumSet.of(
                    Workload.ENTER,
                    Workload.ENTER_AT_RATE,
                    Workload.REGISTER_AGAIN,
                    Workload.PING,
                    Workload.PUBLISH,
                    Workload.PUSH);

    /** How often a round is measured again if other processes disturbed it. */
    private static final int RETRIES = 2;

    /**
     * Each part opens connections of its own. What compilers have assumed of connections then turns
     * out wrong for the last time before the first round.
     */
    private static final int WARM_UP_PARTS = 5;

    /** Half of what raw Netty does at most, on the machine of the tables in docs/performance.md. */
    private static final int RATE = 7_250;

    private static final int SMOKE_RATE = 1_000;

    /** The most operations that warm a webhook up; they take up to two minutes. */
    private static final int WEBHOOK_WARM_UP = 250_000;

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

    void run() throws Exception {
        Set<Workload> workloads = EnumSet.copyOf(OURS);
        workloads.retainAll(plan.workloads());
        List<Server> servers = new ArrayList<>();
        try {
            for (Candidate candidate :
                    workloads.isEmpty() ? List.<Candidate>of() : plan.candidates()) {
                servers.add(Server.start(candidate, machine, webhookPort));
            }
            for (Workload workload : workloads) {
                for (Trip trip : trips(workload)) {
                    measure(workload, trip, servers);
                }
            }
        } finally {
            for (Server server : servers) {
                server.close();
            }
        }
    }

    private void measure(Workload workload, Trip trip, List<Server> all) throws Exception {
        List<Server> servers =
                all.stream().filter(server -> takes(server.candidate(), workload)).toList();
        for (Server server : servers) {
            for (int part = 0; part < WARM_UP_PARTS; part++) {
                measure(server, trip, warmUp(server, trip) / WARM_UP_PARTS);
            }
        }
        for (int round = 0; round < plan.size().rounds(); round++) {
            for (Server server : servers) {
                Measurement measured = measureCounted(workload, trip, server);
                for (int i = 0; i < RETRIES && measured.isDisturbed() && !plan.isSmoke(); i++) {
                    measured = measure(server, trip, share(server, trip));
                }
                figures.addRate(workload, trip.group(), server.candidate(), measured);
            }
        }
    }

    /** Measures, and counts what a server on the JVM allocates meanwhile. */
    private Measurement measureCounted(Workload workload, Trip trip, Server server)
            throws Exception {
        int count = share(server, trip);
        if (!server.candidate().isOnJvm()) {
            return measure(server, trip, count);
        }
        long before = server.allocated();
        Measurement measured = measure(server, trip, count);
        if (measured.operations() > 0 && measured.failed() == 0) {
            double bytes = (double) (server.allocated() - before) / measured.operations();
            figures.addAllocated(workload, trip.group(), server.candidate(), bytes);
        }
        return measured;
    }

    private Measurement measure(Server server, Trip trip, int count) throws Exception {
        Measurement measured = Load.run(machine, server, trip.load(), trip.options(count));
        server.settle();
        return measured;
    }

    private List<Trip> trips(Workload workload) {
        int trips = plan.size().trips();
        int warmUp = plan.size().warmUpTrips();
        return switch (workload) {
            case ENTER ->
                    List.of(
                            new Trip(
                                    workload,
                                    "enter",
                                    plan.size().enters(),
                                    plan.size().warmUpEnters()));
            case ENTER_AT_RATE ->
                    List.of(
                            Trip.atRate(
                                    plan.isSmoke() ? SMOKE_RATE : RATE,
                                    plan.size().enters(),
                                    plan.size().warmUpEnters()));
            case REGISTER_AGAIN -> List.of(new Trip(workload, "register", trips, warmUp));
            case PING -> List.of(new Trip(workload, "ping", trips, warmUp));
            case PUBLISH -> List.of(new Trip(workload, "publish", trips / 2, warmUp / 2));
            case PUSH ->
                    List.of(
                            Trip.pushes(1, trips / 8),
                            Trip.pushes(32, trips / 2),
                            Trip.pushes(1_000, trips / 2));
            default -> throw new IllegalArgumentException(workload.label());
        };
    }

    /**
     * Without a notifier nobody is there to push, or to take what is published. Centrifugo's
     * clients only connect. A service that calls a webhook does not keep up with a fixed rate.
     */
    private static boolean takes(Candidate candidate, Workload workload) {
        if (candidate == Candidate.CENTRIFUGO) {
            return workload == Workload.ENTER;
        }
        if (workload == Workload.ENTER_AT_RATE) {
            return candidate.keepsUp();
        }
        return candidate != Candidate.SERVICE_ALONE
                || (workload != Workload.PUSH && workload != Workload.PUBLISH);
    }

    /** Enough for the compiler to be done, or the figures of a webhook would be the compiler's. */
    private static int warmUp(Server server, Trip trip) {
        return callsAWebhook(server, trip)
                ? Math.min(trip.warmUp(), WEBHOOK_WARM_UP)
                : trip.warmUp();
    }

    /** A webhook answers some thousand times a second, and a round need not last minutes. */
    private static int share(Server server, Trip trip) {
        return callsAWebhook(server, trip) ? Math.max(trip.count() / 5, 50) : trip.count();
    }

    private static boolean callsAWebhook(Server server, Trip trip) {
        return server.candidate() == Candidate.SERVICE_WITH_THREE && trip.callsNotifiers();
    }

    /**
     * One load.
     *
     * @param pushesTo how many workers are pushed to at once; 0 if it is no load of pushes
     * @param rate how many begin a second; 0 if each begins when another has ended
     */
    private record Trip(String group, String load, int count, int warmUp, int pushesTo, int rate) {

        Trip(Workload workload, String load, int count, int warmUp) {
            this(workload.label(), load, count, warmUp, 0, 0);
        }

        static Trip atRate(int rate, int count, int warmUp) {
            return new Trip(Workload.ENTER_AT_RATE.label(), "visit", count, warmUp, 0, rate);
        }

        static Trip pushes(int inFlight, int count) {
            return new Trip(
                    "%s, %,d in flight".formatted(Workload.PUSH.label(), inFlight),
                    "push",
                    count,
                    count,
                    inFlight,
                    0);
        }

        boolean callsNotifiers() {
            return load.equals("enter") || load.equals("register");
        }

        String[] options(int operations) {
            if (rate > 0) {
                return new String[] {"rate=" + rate, "count=" + operations};
            }
            return pushesTo == 0
                    ? new String[] {"count=" + operations}
                    : new String[] {
                        "workers=" + pushesTo, "each=" + Math.max(operations / pushesTo, 1)
                    };
        }
    }
}
