import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Measures what the directory costs a Redis: its processor time for a call, and its memory. It
 * needs a JDK 25 and a Redis that may be emptied:
 *
 * <pre>
 * redis-server --port 6390 --save '' &amp;
 * java bench/capacity/RedisCost.java 6390
 * </pre>
 */
final class RedisCost implements AutoCloseable {

    private static final Path SCRIPTS =
            Path.of("src", "main", "resources", "dev", "frontdoor", "directory");

    private static final String TIME =
            """
            local time = redis.call('TIME')
            local now = time[1] * 1000 + math.floor(time[2] / 1000)
            """;

    private static final int WORKERS = 16_000;
    private static final int BATCH = 64;
    private static final int CALLS = 2000;

    private final Socket socket;
    private final InputStream in;
    private final Map<String, String> hashes = new TreeMap<>();
    private long sequence;
    private double spent;

    private RedisCost(int port) throws IOException {
        socket = new Socket("127.0.0.1", port);
        in = new BufferedInputStream(socket.getInputStream());
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private void measure() throws IOException {
        call("FLUSHALL");
        long empty = memory();
        run("facts", List.of(key("m")));
        run("renew", List.of(key("m"), key("epoch"), key("0:m")), "600000", "1", "0", "0", "1");

        begin();
        for (int pid = 1; pid <= WORKERS; pid += BATCH) {
            write(pid, BATCH, true);
        }
        report("join, in batches of 64", WORKERS);
        System.out.printf("memory of a worker: %,d bytes%n", (memory() - empty) / WORKERS);

        begin();
        for (int pid = WORKERS + 1; pid <= WORKERS + CALLS; pid++) {
            write(pid, 1, true);
        }
        report("join, alone", CALLS);
        repeat(
                "renewal, the script alone",
                "renew",
                List.of(key("m"), key("epoch"), key("0:m")),
                "600000",
                "1",
                "0",
                "0",
                "");
        repeat("look at one instance", "facts", List.of(key("m")));
        repeat("page of 100", "page", List.of(key("m")), "+", "100", "1000", "rows");
        repeat("page of 10", "page", List.of(key("m")), "+", "10", "1000", "rows");
        repeat(
                "page of 100, one filter",
                "page",
                List.of(key("m")),
                "+",
                "100",
                "1000",
                "rows",
                "q",
                "=default");
        repeat("count", "page", List.of(key("m")), "+", "1", "1000", "count");

        begin();
        for (int pid = 1; pid <= WORKERS; pid += BATCH) {
            write(pid, BATCH, false);
        }
        report("departure, in batches of 64", WORKERS);
    }

    private void write(int first, int count, boolean present) throws IOException {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                Long.toString(++sequence),
                                "frontdoor:1:changes",
                                "1",
                                "bench/1",
                                "1"));
        for (int pid = first; pid < first + count; pid++) {
            arguments.add(Integer.toString(pid));
            arguments.add(present ? entry(pid) : "");
        }
        run("write", List.of(key("m"), key("lost")), arguments.toArray(String[]::new));
    }

    /** The workers of the bench: 2 namespaces, 5 activity types, an identity, a label. */
    private static String entry(int pid) {
        return padded(1_795_687_679_075L + pid, 9)
                + padded(pid, 8)
                + ("{\"n\":[\"billing\",\"shipping\"],\"q\":\"default\",\"d\":\"node-%s\","
                                + "\"a\":[\"charge\",\"refund\",\"invoice\",\"remind\",\"close\"],"
                                + "\"i\":\"worker-%s\",\"l\":{\"zone\":\"eu-%s\"},\"x\":[\"zone\"],"
                                + "\"h\":[\"directory\"],\"r\":\"10.1.2.3:%s\",\"t\":\"websocket\","
                                + "\"u\":\"frontdoor-worker-java/0.2.0\",\"c\":1795687679001}")
                        .formatted(pid % 100, pid, pid % 3, 10_000 + pid);
    }

    private static String padded(long number, int length) {
        String text = Long.toString(number, Character.MAX_RADIX);
        return "0".repeat(length - text.length()) + text;
    }

    private static String key(String end) {
        return "frontdoor:1:{bench/1}:" + (end.equals("m") ? "1:m" : end);
    }

    private void repeat(String what, String script, List<String> keys, String... arguments)
            throws IOException {
        begin();
        for (int i = 0; i < CALLS; i++) {
            run(script, keys, arguments);
        }
        report(what, CALLS);
    }

    private void run(String script, List<String> keys, String... arguments) throws IOException {
        String hash = hashes.get(script);
        if (hash == null) {
            hash = call("SCRIPT", "LOAD", TIME + file("entries") + file(script));
            hashes.put(script, hash);
        }
        List<String> command =
                new ArrayList<>(List.of("EVALSHA", hash, Integer.toString(keys.size())));
        command.addAll(keys);
        command.addAll(List.of(arguments));
        call(command.toArray(String[]::new));
    }

    private static String file(String script) throws IOException {
        return Files.readString(SCRIPTS.resolve(script + ".lua")) + "\n";
    }

    private void begin() throws IOException {
        spent = processorTime();
    }

    private void report(String what, int operations) throws IOException {
        System.out.printf("%s: %.1f us%n", what, (processorTime() - spent) * 1e6 / operations);
    }

    /** The seconds that the thread of Redis which runs all commands has used. */
    private double processorTime() throws IOException {
        String info = call("INFO", "cpu");
        return value(info, "used_cpu_user_main_thread") + value(info, "used_cpu_sys_main_thread");
    }

    private long memory() throws IOException {
        return (long) value(call("INFO", "memory"), "used_memory");
    }

    private static double value(String info, String name) {
        return info.lines()
                .filter(line -> line.startsWith(name + ":"))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow();
    }

    private String call(String... command) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(("*" + command.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
        for (String part : command) {
            byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
            out.writeBytes(("$" + bytes.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
            out.writeBytes(bytes);
            out.writeBytes(new byte[] {'\r', '\n'});
        }
        socket.getOutputStream().write(out.toByteArray());
        return reply();
    }

    /** A reply; of a list only its parts that are no lists, with spaces between. */
    private String reply() throws IOException {
        String line = line();
        switch (line.charAt(0)) {
            case '-' -> throw new IOException(line);
            case '$' -> {
                int size = Integer.parseInt(line.substring(1));
                String text =
                        size < 0 ? "" : new String(in.readNBytes(size), StandardCharsets.UTF_8);
                if (size >= 0) {
                    in.skipNBytes(2);
                }
                return text;
            }
            case '*' -> {
                StringBuilder parts = new StringBuilder();
                for (int i = Integer.parseInt(line.substring(1)); i > 0; i--) {
                    parts.append(reply()).append(' ');
                }
                return parts.toString();
            }
            default -> {
                return line.substring(1);
            }
        }
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new IOException("Redis has closed the connection");
            }
            line.append((char) next);
        }
        return line.substring(0, line.length() - 1);
    }

    /** Prints what each call costs. */
    public static void main(String[] arguments) throws IOException {
        try (RedisCost cost = new RedisCost(Integer.parseInt(arguments[0]))) {
            cost.measure();
        }
    }
}
