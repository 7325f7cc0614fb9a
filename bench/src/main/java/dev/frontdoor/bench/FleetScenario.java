package dev.frontdoor.bench;

import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;

/**
 * Two instances and a Redis. One instance pushes to workers of the other and, in turn, sends it
 * plain requests over publish/subscribe. Redis and the workers are on the load's processor.
 */
final class FleetScenario {

    private static final int WORKERS = 32;

    private final Plan plan;
    private final Machine machine;
    private final Figures figures;
    private final int webhookPort;

    FleetScenario(Plan plan, Machine machine, Figures figures, int webhookPort) {
        this.plan = plan;
        this.machine = machine;
        this.figures = figures;
        this.webhookPort = webhookPort;
    }

    /** What an instance saw of its requests; times in seconds. */
    private record Traffic(int failed, double seconds, double p50, double p99) {}

    /** Whether the machine has a Redis. Says so if not. */
    static boolean hasRedis() throws InterruptedException {
        boolean found = Machine.succeeds("redis-server", "--version");
        if (!found) {
            System.out.println(
                    "skipped: pushes across instances, which need redis-server (Debian: redis-server)");
        }
        return found;
    }

    void run() throws Exception {
        int redisPort = freePort();
        int trafficPort = freePort();
        String redis = "--spring.data.redis.port=" + redisPort;
        Process server =
                new ProcessBuilder(
                                "redis-server",
                                "--port",
                                Integer.toString(redisPort),
                                "--bind",
                                "127.0.0.1",
                                "--save",
                                "")
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        Runtime.getRuntime().addShutdownHook(new Thread(server::destroyForcibly));
        try (Server two = start(redis, "--bench.replier=true");
                Server one = start(redis, "--bench.traffic-port=" + trafficPort);
                PushedWorkers _ = PushedWorkers.connect(two.tcpPort(), WORKERS)) {
            List<Server> both = List.of(one, two);
            for (String kind : List.of("requests", "pushes")) {
                Traffic _ = ask(trafficPort, kind, plan.size().warmUpTrips() / 3);
            }
            for (int round = 0; round < plan.size().rounds(); round++) {
                double plain = measure(both, trafficPort, "requests", Candidate.PUBLISH_SUBSCRIBE);
                double pushes = measure(both, trafficPort, "pushes", Candidate.SERVICE_ON_A_FLEET);
                add(Candidate.SERVICE_ON_A_FLEET, "rate to that of requests", "", pushes / plain);
            }
        } finally {
            server.destroyForcibly();
        }
    }

    /** Asks, and returns how often a second. */
    private double measure(List<Server> both, int port, String kind, Candidate candidate)
            throws Exception {
        int count = plan.size().trips() / 2;
        double before = cpuMicros(both);
        Traffic traffic = ask(port, kind, count);
        double cpu = cpuMicros(both) - before;
        double rate = count / traffic.seconds();
        if (traffic.failed() > 0) {
            figures.addProblem(
                    "%s: %,d of %,d failed".formatted(candidate.label(), traffic.failed(), count));
        }
        add(candidate, Figures.RATE, "1/s", rate);
        add(candidate, "CPU an operation, both instances", "µs", cpu / count);
        add(candidate, Figures.P50, "ms", traffic.p50() * 1e3);
        add(candidate, Figures.P99, "ms", traffic.p99() * 1e3);
        return rate;
    }

    private static Traffic ask(int port, String kind, int count) throws Exception {
        URI uri = URI.create("http://127.0.0.1:%s/%s?%s".formatted(port, kind, count));
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> answer =
                    http.send(
                            HttpRequest.newBuilder(uri).timeout(Duration.ofMinutes(5)).build(),
                            HttpResponse.BodyHandlers.ofString());
            return JsonMapper.shared().readValue(answer.body(), Traffic.class);
        }
    }

    private static double cpuMicros(List<Server> servers) throws IOException {
        double sum = 0;
        for (Server server : servers) {
            sum += server.cpuMicros();
        }
        return sum;
    }

    private void add(Candidate candidate, String what, String unit, double value) {
        figures.add(Workload.PUSH_ACROSS, what, unit, candidate, value);
    }

    private Server start(String... settings) throws Exception {
        return Server.start(Candidate.SERVICE_ON_A_FLEET, machine, webhookPort, settings);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
