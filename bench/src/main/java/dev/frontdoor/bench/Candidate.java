package dev.frontdoor.bench;

import dev.frontdoor.bench.server.RawNettyServer;
import dev.frontdoor.bench.server.ReactorNettyServer;
import dev.frontdoor.bench.server.WebFluxServer;

import java.util.ArrayList;
import java.util.List;

/** A server that is measured. Those on the JVM get the same flags. */
enum Candidate {
    RAW_NETTY("raw Netty, epoll"),
    SERVICE_ALONE("service, no notifier"),
    OTHER("other build, 1 notifier"),
    SERVICE("service, 1 notifier"),
    SERVICE_WITH_THREE("service, 3 notifiers, one a webhook"),
    REACTOR_NETTY("Reactor Netty route"),
    WEBFLUX("WebFlux handler"),
    NODE("Node, ws");

    private final String label;

    Candidate(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }

    boolean isService() {
        return switch (this) {
            case SERVICE_ALONE, OTHER, SERVICE, SERVICE_WITH_THREE -> true;
            case RAW_NETTY, REACTOR_NETTY, WEBFLUX, NODE -> false;
        };
    }

    boolean isOnJvm() {
        return this != NODE;
    }

    /** The command that serves on a port; the service's operators have the port after it. */
    List<String> command(Machine machine, int port, int webhookPort) {
        List<String> command = new ArrayList<>();
        switch (this) {
            case NODE -> {
                command.add("node");
                command.add(machine.root().resolve("bench/node/server.mjs").toString());
                command.add(Integer.toString(port));
            }
            case RAW_NETTY -> bare(command, machine, RawNettyServer.class, port);
            case REACTOR_NETTY -> bare(command, machine, ReactorNettyServer.class, port);
            case WEBFLUX -> bare(command, machine, WebFluxServer.class, port);
            case SERVICE_ALONE, OTHER, SERVICE, SERVICE_WITH_THREE -> {
                command.addAll(machine.java());
                command.add("-jar");
                command.add(machine.executableJar(this).toString());
                command.add("--server.port=" + port);
                command.add("--management.server.port=" + (port + 1));
                command.add("--frontdoor.limits.max-connections=30000");
                command.addAll(settings(machine, webhookPort));
            }
        }
        return command;
    }

    private static void bare(List<String> command, Machine machine, Class<?> server, int port) {
        command.addAll(machine.java());
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(server.getName());
        command.add(Integer.toString(port));
    }

    private List<String> settings(Machine machine, int webhookPort) {
        String notifiers = "--frontdoor.notifiers.path=" + machine.notifiers(this);
        return switch (this) {
            case SERVICE, OTHER -> List.of(notifiers);
            case SERVICE_WITH_THREE ->
                    List.of(
                            notifiers,
                            "--bench.second=true",
                            "--frontdoor.webhook.enabled=true",
                            "--frontdoor.webhook.url=http://127.0.0.1:" + webhookPort);
            default -> List.of();
        };
    }
}
