package dev.frontdoor.bench;

import com.sun.tools.attach.VirtualMachine;

import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * The bytes that all threads of a JVM have allocated, asked of that JVM itself. They do not depend
 * on how busy the machine is.
 */
final class Allocations implements AutoCloseable {

    private static final TypeReference<Map<String, Long>> RECORDED = new TypeReference<>() {};

    /** A connection that nobody checks, so that nothing is printed when a server ends. */
    private static final Map<String, Object> NO_CHECKS =
            Map.of("jmx.remote.x.client.connection.check.period", 0L);

    private final JMXConnector connector;
    private final MBeanServerConnection server;
    private final ObjectName threads;

    private Allocations(JMXConnector connector) throws Exception {
        this.connector = connector;
        server = connector.getMBeanServerConnection();
        threads = new ObjectName("java.lang:type=Threading");
    }

    /** Connects with the JVM of a process of this user. */
    static Allocations of(long pid) throws Exception {
        VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
        try {
            JMXServiceURL address = new JMXServiceURL(machine.startLocalManagementAgent());
            return new Allocations(JMXConnectorFactory.connect(address, NO_CHECKS));
        } finally {
            machine.detach();
        }
    }

    /** Bytes since the JVM started. */
    long bytes() throws Exception {
        return (long) server.getAttribute(threads, "TotalThreadAllocatedBytes");
    }

    @Override
    public void close() {
        try {
            connector.close();
        } catch (IOException e) {
            // The server has ended.
        }
    }

    /**
     * Prints what a smoke test has measured beside what was recorded last.
     *
     * @param record whether to record it instead
     */
    static void compare(Machine machine, Figures figures, boolean record) throws IOException {
        Path file = machine.root().resolve("bench/results/allocations.json");
        JsonMapper json = JsonMapper.builder().build();
        Map<String, Long> recorded =
                Files.exists(file) ? json.readValue(file.toFile(), RECORDED) : Map.of();
        Map<String, Long> measured = new TreeMap<>();
        figures.all().stream()
                .filter(figure -> figure.what().equals(Figures.ALLOCATED))
                .forEach(figure ->
                        figure.values()
                                .keySet()
                                .forEach(candidate ->
                                        measured.put(
                                                "%s: %s"
                                                        .formatted(
                                                                figure.group(), candidate.label()),
                                                Math.round(figure.median(candidate)))));
        System.out.printf("%n| allocated an operation (B) | recorded | now |%n|---|---|---|%n");
        measured.forEach((what, bytes) -> {
            Long before = recorded.get(what);
            System.out.printf(
                    "| %s | %s | %,d |%n",
                    what, before == null ? "" : "%,d".formatted(before), bytes);
        });
        if (record) {
            json.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), measured);
            System.out.println("\nwritten to " + file);
        }
    }
}
