package dev.frontdoor.bench;

import dev.frontdoor.bench.server.RawNettyServer;
import dev.frontdoor.bench.server.ReactorNettyServer;
import dev.frontdoor.bench.server.WebFluxServer;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A server that is measured. Those on the JVM get the same flags. */
enum Candidate {
    RAW_NETTY("raw Netty, epoll"),
    SERVICE_ALONE("service, no notifier"),
    OTHER("other build, 1 notifier"),
    SERVICE("service, 1 notifier"),
    SERVICE_OVER_TCP("service over TCP, 1 notifier"),
    SERVICE_WITH_ONE_LOOP("service, one event loop"),
    SERVICE_WITH_TWO_LOOPS("service, two event loops"),
    SERVICE_WITH_THREE("service, 3 notifiers, one a webhook"),
    SERVICE_WITH_KNOWN_JWT("service, a JWT that was verified before"),
    SERVICE_WITH_NEW_JWTS("service, a JWT that is new"),
    SERVICE_ON_A_FLEET("push to another instance"),
    PUBLISH_SUBSCRIBE("request over publish/subscribe"),
    LIMINAL("liminal-server"),
    LIMINAL_OVER_TCP("liminal-server over TCP"),
    CENTRIFUGO("Centrifugo"),
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
            case SERVICE_ALONE,
                    OTHER,
                    SERVICE,
                    SERVICE_OVER_TCP,
                    SERVICE_WITH_ONE_LOOP,
                    SERVICE_WITH_TWO_LOOPS,
                    SERVICE_WITH_THREE,
                    SERVICE_WITH_KNOWN_JWT,
                    SERVICE_WITH_NEW_JWTS,
                    SERVICE_ON_A_FLEET ->
                    true;
            case PUBLISH_SUBSCRIBE,
                    LIMINAL,
                    LIMINAL_OVER_TCP,
                    CENTRIFUGO,
                    RAW_NETTY,
                    REACTOR_NETTY,
                    WEBFLUX,
                    NODE ->
                    false;
        };
    }

    boolean isLiminal() {
        return this == LIMINAL || this == LIMINAL_OVER_TCP;
    }

    /** Whether workers connect without WebSocket. */
    boolean isOverTcp() {
        return this == SERVICE_OVER_TCP || this == LIMINAL_OVER_TCP;
    }

    /** Whether workers have JSON Web Tokens. */
    boolean hasTokens() {
        return this == SERVICE_WITH_KNOWN_JWT || this == SERVICE_WITH_NEW_JWTS;
    }

    boolean isOnJvm() {
        return this != NODE && this != CENTRIFUGO && !isLiminal();
    }

    /** Whether it lets in as many connections as the fixed rate has. */
    boolean keepsUp() {
        return this != SERVICE_WITH_THREE && this != NODE && !isLiminal();
    }

    /** Whether it has the processor of the load, too. */
    boolean hasAllProcessors() {
        return this == SERVICE_WITH_ONE_LOOP || this == SERVICE_WITH_TWO_LOOPS;
    }

    /**
     * The command that serves workers on a port. The operators of the service and of liminal's
     * server have the port after it.
     */
    List<String> command(Machine machine, int port, int webhookPort) throws IOException {
        List<String> command = new ArrayList<>();
        switch (this) {
            case NODE -> {
                command.add("node");
                command.add(machine.root().resolve("bench/node/server.mjs").toString());
                command.add(Integer.toString(port));
            }
            case LIMINAL, LIMINAL_OVER_TCP -> {
                command.add(machine.liminal().toString());
                command.add(PeerSettings.ofLiminal(machine, this, port).toString());
            }
            case CENTRIFUGO ->
                    command.addAll(
                            List.of(
                                    "env",
                                    "GOMAXPROCS=1",
                                    machine.centrifugo().toString(),
                                    "--config",
                                    PeerSettings.ofCentrifugo(machine, port).toString()));
            case PUBLISH_SUBSCRIBE -> throw new IllegalStateException(label + " is no server");
            case RAW_NETTY -> bare(command, machine, RawNettyServer.class, port);
            case REACTOR_NETTY -> bare(command, machine, ReactorNettyServer.class, port);
            case WEBFLUX -> bare(command, machine, WebFluxServer.class, port);
            case SERVICE_ALONE,
                    OTHER,
                    SERVICE,
                    SERVICE_OVER_TCP,
                    SERVICE_WITH_ONE_LOOP,
                    SERVICE_WITH_TWO_LOOPS,
                    SERVICE_WITH_THREE,
                    SERVICE_WITH_KNOWN_JWT,
                    SERVICE_WITH_NEW_JWTS,
                    SERVICE_ON_A_FLEET -> {
                command.addAll(machine.java());
                if (hasAllProcessors()) {
                    int loops = this == SERVICE_WITH_ONE_LOOP ? 1 : 2;
                    command.add("-XX:ActiveProcessorCount=" + loops);
                }
                command.add("-jar");
                command.add(machine.executableJar(this).toString());
                command.addAll(arguments(machine, port, webhookPort));
            }
        }
        return command;
    }

    /** The arguments of the service. */
    List<String> arguments(Machine machine, int port, int webhookPort) {
        List<String> arguments = new ArrayList<>();
        arguments.add("--server.port=" + (isOverTcp() ? 0 : port));
        arguments.add("--management.server.port=" + (port + 1));
        arguments.add("--frontdoor.limits.max-connections=30000");
        arguments.addAll(settings(machine, port, webhookPort));
        return arguments;
    }

    private static void bare(List<String> command, Machine machine, Class<?> server, int port) {
        command.addAll(machine.java());
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(server.getName());
        command.add(Integer.toString(port));
    }

    private List<String> settings(Machine machine, int port, int webhookPort) {
        String notifiers = "--frontdoor.notifiers.path=" + machine.notifiers(this);
        return switch (this) {
            case SERVICE, OTHER, SERVICE_WITH_ONE_LOOP, SERVICE_WITH_TWO_LOOPS ->
                    List.of(notifiers);
            case SERVICE_OVER_TCP -> List.of(notifiers, "--frontdoor.tcp.port=" + port);
            case SERVICE_WITH_THREE ->
                    List.of(
                            notifiers,
                            "--bench.second=true",
                            "--frontdoor.webhook.enabled=true",
                            "--frontdoor.webhook.url=http://127.0.0.1:" + webhookPort);
            case SERVICE_ON_A_FLEET ->
                    List.of(
                            notifiers,
                            "--frontdoor.tcp.port=" + (port + 2),
                            "--frontdoor.directory.enabled=true",
                            "--frontdoor.fleet.key=what both instances of the bench know");
            case SERVICE_WITH_KNOWN_JWT, SERVICE_WITH_NEW_JWTS ->
                    List.of(
                            notifiers,
                            "--frontdoor.auth.jwt.audiences=bench",
                            "--frontdoor.auth.jwt.jwk-set-uri=http://127.0.0.1:%s/keys"
                                    .formatted(webhookPort));
            default -> List.of();
        };
    }
}
