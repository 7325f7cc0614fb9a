package dev.frontdoor.bench;

import java.util.Arrays;

/** Milliseconds that a request of an operator takes. */
record RequestTimes(double cpu, double p50, double p99) {

    private static final int REQUESTS_A_ROUND = 100;

    /** Sends one request after the other: once to warm up, then to measure. */
    static RequestTimes of(Server server, String path, int rounds) throws Exception {
        send(server, path, rounds);
        return send(server, path, rounds);
    }

    private static RequestTimes send(Server server, String path, int rounds) throws Exception {
        long[] nanos = new long[rounds * REQUESTS_A_ROUND];
        double cpu = server.cpuMicros();
        for (int i = 0; i < nanos.length; i++) {
            long began = System.nanoTime();
            server.get(path);
            nanos[i] = System.nanoTime() - began;
        }
        cpu = (server.cpuMicros() - cpu) / nanos.length / 1e3;
        Arrays.sort(nanos);
        return new RequestTimes(
                cpu, nanos[nanos.length / 2] / 1e6, nanos[nanos.length * 99 / 100] / 1e6);
    }

    void addTo(Figures figures, Workload workload, Candidate candidate, String what) {
        figures.add(workload, what + ", CPU", "ms", candidate, cpu);
        figures.add(workload, what + ", p50", "ms", candidate, p50);
        figures.add(workload, what + ", p99", "ms", candidate, p99);
    }
}
