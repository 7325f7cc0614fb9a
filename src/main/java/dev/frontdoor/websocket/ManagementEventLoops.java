package dev.frontdoor.websocket;

import dev.frontdoor.connection.ConditionalOnFrontDoor;
import dev.frontdoor.connection.ThreadProgress;

import org.springframework.boot.actuate.autoconfigure.web.server.ConditionalOnManagementPort;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;

/**
 * Gives the management port an event loop of its own, where it has a server of its own. The
 * management context imports this class.
 */
@ConditionalOnFrontDoor
@ConditionalOnManagementPort(ManagementPortType.DIFFERENT)
final class ManagementEventLoops extends EventLoops {

    ManagementEventLoops(ThreadProgress progress) {
        super("management-io", 1, progress);
    }
}
