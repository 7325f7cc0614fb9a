package dev.frontdoor.bench;

import java.io.IOException;
import java.net.ServerSocket;

/** Ports for servers. */
final class Ports {

    private static int next = 20_000;

    private Ports() {}

    /** A port that is free, as are the two after it, and that no outgoing connection will get. */
    static int free() {
        while (true) {
            next += 3;
            try (ServerSocket _ = new ServerSocket(next);
                    ServerSocket _ = new ServerSocket(next + 1);
                    ServerSocket _ = new ServerSocket(next + 2)) {
                return next;
            } catch (IOException e) {
                // taken: the next ones
            }
        }
    }
}
