package dev.frontdoor.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The configuration files of other servers: workers enter, and nothing else is served. */
final class PeerSettings {

    private PeerSettings() {}

    /** Writes that of liminal's server, for workers on a port and operators on the one after it. */
    static Path ofLiminal(Machine machine, Candidate candidate, int port) throws IOException {
        int unused = port + 2;
        int tcp = candidate.isOverTcp() ? port : unused;
        int webSocket = candidate.isOverTcp() ? unused : port;
        Path file = machine.root().resolve("bench/target/liminal-%s.toml".formatted(port));
        return Files.writeString(
                file,
                """
                listen_address = "127.0.0.1:%s"
                health_listen_address = "127.0.0.1:%s"
                drain_timeout_ms = 5000
                channels = []
                routing_rules = []

                [services]
                profile = "worker-front-door"

                [websocket]
                listen_address = "127.0.0.1:%s"
                path = "/liminal"

                [limits]
                max_connections = 30000
                """
                        .formatted(tcp, port + 1, webSocket));
    }

    /** Writes that of Centrifugo, for clients without credentials. */
    static Path ofCentrifugo(Machine machine, int port) throws IOException {
        Path file = machine.root().resolve("bench/target/centrifugo-%s.json".formatted(port));
        return Files.writeString(
                file,
                """
                {
                  "client": {"insecure": true, "connection_limit": 0},
                  "http_server": {"address": "127.0.0.1", "port": "%s"},
                  "health": {"enabled": true},
                  "log": {"level": "error"}
                }
                """
                        .formatted(port));
    }
}
