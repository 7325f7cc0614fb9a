package dev.frontdoor.bench;

import static dev.frontdoor.bench.Workload.CODEC;
import static dev.frontdoor.bench.Workload.ENTER;
import static dev.frontdoor.bench.Workload.ENTER_AT_RATE;
import static dev.frontdoor.bench.Workload.IDLE;
import static dev.frontdoor.bench.Workload.OPERATORS;
import static dev.frontdoor.bench.Workload.PING;
import static dev.frontdoor.bench.Workload.PUSH_ACROSS;
import static dev.frontdoor.bench.Workload.REGISTER_AGAIN;
import static dev.frontdoor.bench.Workload.START;
import static dev.frontdoor.bench.Workload.STEADY;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What a run measures, and how much of it.
 *
 * @param otherJar the executable jar this build's is compared with; null in other runs
 */
record Plan(
        String name,
        Size size,
        Set<Workload> workloads,
        List<Candidate> candidates,
        @Nullable Path otherJar) {

    private static final String USAGE =
            """
            usage: bench/run.sh quick|full [workload ...]
                   bench/run.sh compare COMMIT|OTHER.jar [workload ...]
                   bench/run.sh transports [workload ...]
                   bench/run.sh tokens
                   bench/run.sh loops
                   bench/run.sh fleet
                   bench/run.sh smoke|record
            workloads: %s\
            """
                    .formatted(Arrays.stream(Workload.values()).map(Workload::argument).toList());

    private static final Set<Workload> ALL = EnumSet.complementOf(EnumSet.of(PUSH_ACROSS));
    private static final Set<Workload> COMPARED = EnumSet.of(ENTER, REGISTER_AGAIN, PING, IDLE);

    /** What a run of all candidates leaves out. */
    private static final Set<Candidate> ELSEWHERE =
            EnumSet.of(
                    Candidate.OTHER,
                    Candidate.SERVICE_OVER_TCP,
                    Candidate.SERVICE_WITH_ONE_LOOP,
                    Candidate.SERVICE_WITH_TWO_LOOPS,
                    Candidate.SERVICE_WITH_KNOWN_JWT,
                    Candidate.SERVICE_WITH_NEW_JWTS,
                    Candidate.SERVICE_ON_A_FLEET,
                    Candidate.PUBLISH_SUBSCRIBE,
                    Candidate.LIMINAL,
                    Candidate.LIMINAL_OVER_TCP,
                    Candidate.CENTRIFUGO);

    private static final Set<Workload> NOT_COMPARED =
            EnumSet.of(STEADY, OPERATORS, PUSH_ACROSS, START, CODEC);

    /** A start takes too long for a smoke test, and the codec is measured without any server. */
    private static final Set<Workload> SMOKE = EnumSet.complementOf(EnumSet.of(START, CODEC));

    /** What the command line asks for. */
    static Plan of(List<String> arguments) {
        String name = arguments.isEmpty() ? "quick" : arguments.getFirst();
        List<String> rest = arguments.stream().skip(1).toList();
        List<Candidate> ours =
                Arrays.stream(Candidate.values())
                        .filter(candidate -> !ELSEWHERE.contains(candidate))
                        .toList();
        return switch (name) {
            case "quick" -> new Plan(name, Size.QUICK, workloads(rest, ALL), ours, null);
            case "full" -> new Plan(name, Size.FULL, workloads(rest, ALL), ours, null);
            case "smoke", "record" ->
                    new Plan(
                            name,
                            Size.SMOKE,
                            workloads(rest, SMOKE),
                            List.of(
                                    Candidate.RAW_NETTY,
                                    Candidate.SERVICE,
                                    Candidate.SERVICE_OVER_TCP,
                                    Candidate.SERVICE_WITH_THREE),
                            null);
            case "transports" ->
                    new Plan(
                            name,
                            Size.FULL,
                            compared(rest),
                            List.of(
                                    Candidate.RAW_NETTY,
                                    Candidate.SERVICE,
                                    Candidate.SERVICE_OVER_TCP,
                                    Candidate.LIMINAL,
                                    Candidate.LIMINAL_OVER_TCP,
                                    Candidate.CENTRIFUGO),
                            null);
            case "tokens" ->
                    new Plan(
                            name,
                            Size.FULL,
                            EnumSet.of(ENTER),
                            List.of(
                                    Candidate.RAW_NETTY,
                                    Candidate.SERVICE,
                                    Candidate.SERVICE_WITH_KNOWN_JWT,
                                    Candidate.SERVICE_WITH_NEW_JWTS),
                            null);
            case "loops" ->
                    new Plan(
                            name,
                            Size.FULL,
                            EnumSet.of(ENTER_AT_RATE),
                            List.of(
                                    Candidate.SERVICE_WITH_ONE_LOOP,
                                    Candidate.SERVICE_WITH_TWO_LOOPS),
                            null);
            case "fleet" ->
                    new Plan(
                            name,
                            Size.FULL,
                            EnumSet.of(PUSH_ACROSS),
                            List.of(Candidate.PUBLISH_SUBSCRIBE, Candidate.SERVICE_ON_A_FLEET),
                            null);
            case "compare" -> compare(name, rest);
            default -> throw new IllegalArgumentException(USAGE);
        };
    }

    private static Plan compare(String name, List<String> rest) {
        if (rest.isEmpty()) {
            throw new IllegalArgumentException(USAGE);
        }
        Set<Workload> workloads = workloads(rest.subList(1, rest.size()), COMPARED);
        if (workloads.stream().anyMatch(NOT_COMPARED::contains)) {
            throw new IllegalArgumentException(
                    "steady, operators, push-across, start and codec have no comparison");
        }
        return new Plan(
                name,
                Size.FULL,
                workloads,
                List.of(Candidate.RAW_NETTY, Candidate.OTHER, Candidate.SERVICE),
                Path.of(rest.getFirst()));
    }

    /** Other servers than ours neither push nor take what is published. */
    private static Set<Workload> compared(List<String> names) {
        Set<Workload> workloads = workloads(names, COMPARED);
        if (!COMPARED.containsAll(workloads)) {
            throw new IllegalArgumentException(
                    "only %s are compared over transports"
                            .formatted(COMPARED.stream().map(Workload::argument).toList()));
        }
        return workloads;
    }

    private static Set<Workload> workloads(List<String> names, Set<Workload> otherwise) {
        Set<Workload> workloads = EnumSet.noneOf(Workload.class);
        names.stream().map(Workload::of).forEach(workloads::add);
        return workloads.isEmpty() ? otherwise : workloads;
    }

    boolean isSmoke() {
        return name.equals("smoke") || isRecord();
    }

    /** Whether it is a smoke test whose allocations later ones are shown beside. */
    boolean isRecord() {
        return name.equals("record");
    }

    /** The same without a workload. */
    Plan without(Workload absent) {
        Set<Workload> others = EnumSet.copyOf(workloads);
        others.remove(absent);
        return new Plan(name, size, others, candidates, otherJar);
    }

    /** The same without some of the candidates. */
    Plan without(Set<Candidate> absent) {
        List<Candidate> others =
                candidates.stream().filter(each -> !absent.contains(each)).toList();
        return new Plan(name, size, workloads, others, otherJar);
    }

    /**
     * How much. Warm-up is counted in operations, so that it is the same on any machine. It is
     * long: on one processor, compiling takes part in the figures of the first million round trips.
     *
     * @param rounds how often each candidate is measured, in turn with the others
     * @param enters connections a round
     * @param warmUpEnters connections before the first round
     * @param trips round trips a round
     * @param warmUpTrips round trips before the first round
     * @param many workers of a large fleet
     * @param most workers of the largest
     * @param operated workers of the fleet that operators ask about
     * @param steadySeconds how long the steady load lasts
     */
    record Size(
            int rounds,
            int enters,
            int warmUpEnters,
            int trips,
            int warmUpTrips,
            int many,
            int most,
            int operated,
            int steadySeconds) {

        static final Size SMOKE = new Size(1, 500, 500, 2_000, 2_000, 500, 600, 400, 2);
        static final Size QUICK =
                new Size(2, 4_000, 12_000, 50_000, 200_000, 8_000, 15_000, 15_000, 20);
        static final Size FULL =
                new Size(5, 20_000, 100_000, 150_000, 1_000_000, 8_000, 15_000, 15_000, 600);
    }
}
