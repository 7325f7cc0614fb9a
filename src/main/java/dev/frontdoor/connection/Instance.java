package dev.frontdoor.connection;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * One running service. Pids are unique within it.
 *
 * @param name the pod's name, or that of the host and when the service started
 */
public record Instance(String name) {

    static Instance ofHost() {
        return new Instance(hostName() + "-" + Instant.now().truncatedTo(ChronoUnit.SECONDS));
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unknown-host";
        }
    }
}
