import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * Simulates a fleet whose workers all lose their connections at once, and return with the back-off
 * of the libraries in {@code clients}. It needs a JDK 25 only:
 *
 * <pre>java bench/capacity/ReconnectStorm.java</pre>
 *
 * A worker pauses for a random time below a limit that doubles with each attempt, from 1 s to 60 s,
 * and then picks an instance at random. An instance has one processor, which needs the same time
 * for each worker that connects and registers. It refuses upgrades while its event loop is late,
 * and defers registrations beyond its rate, as the service does.
 */
final class ReconnectStorm {

    /** {@code frontdoor.limits.max-event-loop-lag}: a later event loop refuses upgrades. */
    private static final double MAX_LAG = 1;

    /** What a refused upgrade costs the processor, in seconds. */
    private static final double REFUSAL = 0.00003;

    /** Half of {@code frontdoor.registrations.decision-timeout}: the longest wait for the rate. */
    private static final double HORIZON = 2;

    /** The longest time after which a deferred registration is to come again. */
    private static final double MAX_RETRY = 300;

    private static final double MAX_BACKOFF = 60;

    /**
     * What is simulated.
     *
     * @param cost processor time of one worker that connects and registers, in seconds
     * @param rate {@code frontdoor.limits.registrations-per-second} of one instance; 0 for no limit
     */
    private record Scenario(String name, int instances, int workers, double cost, int rate) {}

    /** A worker at the moment of its next connect or registration. */
    private static final class Worker {
        double at;
        int connects;
        int registrations;
        Instance connected;
    }

    /** When an instance is free again, as its event loop and its limit of registrations see it. */
    private static final class Instance {
        double free;
        double nextTurn;
        double nextRetry;
    }

    private final Scenario scenario;
    private final Random random = new Random(1);
    private final PriorityQueue<Worker> queue =
            new PriorityQueue<>((one, other) -> Double.compare(one.at, other.at));
    private final Instance[] instances;
    private final double[] registered;
    private int done;
    private long refused;
    private long deferred;
    private double longestLag;

    private ReconnectStorm(Scenario scenario) {
        this.scenario = scenario;
        instances = new Instance[scenario.instances];
        Arrays.setAll(instances, _ -> new Instance());
        registered = new double[scenario.workers];
        for (int i = 0; i < scenario.workers; i++) {
            Worker worker = new Worker();
            worker.at = backoff(worker.connects++);
            queue.add(worker);
        }
    }

    private double backoff(int attempts) {
        return random.nextDouble() * Math.min(MAX_BACKOFF, Math.pow(2, attempts));
    }

    private void run() {
        while (!queue.isEmpty()) {
            Worker worker = queue.remove();
            if (worker.connected == null) {
                connect(worker);
            } else {
                register(worker);
            }
        }
        Arrays.sort(registered);
    }

    private void connect(Worker worker) {
        Instance instance = instances[random.nextInt(instances.length)];
        double lag = Math.max(0, instance.free - worker.at);
        longestLag = Math.max(longestLag, lag);
        if (lag > MAX_LAG) {
            instance.free += REFUSAL;
            refused++;
            worker.at += backoff(worker.connects++);
            queue.add(worker);
            return;
        }
        instance.free = Math.max(instance.free, worker.at) + scenario.cost;
        worker.at = instance.free;
        worker.connected = instance;
        register(worker);
    }

    /** Takes the next turn of the instance's rate, or comes again when the instance says. */
    private void register(Worker worker) {
        Instance instance = worker.connected;
        if (scenario.rate == 0) {
            registered[done++] = worker.at;
            return;
        }
        double interval = 1.0 / scenario.rate;
        double turn = Math.max(instance.nextTurn, worker.at);
        if (turn - worker.at <= HORIZON) {
            instance.nextTurn = turn + interval;
            registered[done++] = turn;
            return;
        }
        instance.nextRetry = Math.max(instance.nextRetry, worker.at + HORIZON) + interval;
        if (instance.nextRetry - worker.at > MAX_RETRY) {
            instance.nextRetry = worker.at + HORIZON + interval;
        }
        deferred++;
        double seconds = Math.max(1, Math.ceil(instance.nextRetry - worker.at));
        worker.at += seconds + backoff(worker.registrations++);
        queue.add(worker);
    }

    private String row() {
        int workers = scenario.workers;
        return "| %s | %,d | %,d | %.1f | %.1f | %.1f | %.2f | %.2f | %.1f |"
                .formatted(
                        scenario.name,
                        scenario.instances,
                        workers,
                        registered[workers / 2],
                        registered[(int) (workers * 0.99)],
                        registered[workers - 1],
                        (double) refused / workers,
                        (double) deferred / workers,
                        longestLag);
    }

    /** Prints one row for each scenario. */
    public static void main(String[] arguments) {
        // docs/performance.md: 88.5 us of a warm process; 8,000 in 4.05 s of one that has just
        // begun.
        double warm = 0.0000885;
        double cold = 4.05 / 8000;
        int full = 16_000;
        List<Scenario> scenarios = new ArrayList<>();
        scenarios.add(new Scenario("the measured storm", 1, 8_000, cold, 0));
        for (int size : List.of(1, 10, 100)) {
            scenarios.add(new Scenario("all instances restart", size, size * full, cold, 0));
        }
        scenarios.add(new Scenario("all connections break", 10, 10 * full, warm, 0));
        scenarios.add(new Scenario("the same, 500 registrations/s", 10, 10 * full, warm, 500));
        scenarios.add(new Scenario("one of ten dies", 9, full, warm, 0));
        scenarios.add(new Scenario("one of ten dies, 100 registrations/s", 9, full, warm, 100));
        System.out.println(
                "| what | instances | workers | half after (s) | 99 % (s) | all (s) | refused upgrades a"
                        + " worker | deferrals a worker | longest lag (s) |");
        System.out.println("|---|---|---|---|---|---|---|---|---|");
        for (Scenario scenario : scenarios) {
            ReconnectStorm storm = new ReconnectStorm(scenario);
            storm.run();
            System.out.println(storm.row());
        }
    }
}
