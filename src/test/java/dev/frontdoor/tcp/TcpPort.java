package dev.frontdoor.tcp;

import org.springframework.context.ApplicationContext;

/** The TCP port of a service under test. */
public final class TcpPort {

    private TcpPort() {}

    /** The port that is open; -1 if none is. */
    public static int of(ApplicationContext service) {
        return service.getBean(TcpServer.class).port();
    }
}
