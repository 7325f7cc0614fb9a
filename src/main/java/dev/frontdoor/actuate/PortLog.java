package dev.frontdoor.actuate;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementServerProperties;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.ApplicationListener;

/** Logs what each port speaks, once it is open. */
final class PortLog implements ApplicationListener<WebServerInitializedEvent> {

    private static final Logger log = LoggerFactory.getLogger(PortLog.class);

    private final ServerProperties workers;
    private final @Nullable ManagementServerProperties management;

    /**
     * A log of both ports.
     *
     * @param management null if there is no management port
     */
    PortLog(ServerProperties workers, @Nullable ManagementServerProperties management) {
        this.workers = workers;
        this.management = management;
    }

    @Override
    public void onApplicationEvent(WebServerInitializedEvent event) {
        boolean isManagement =
                "management".equals(event.getApplicationContext().getServerNamespace());
        log.info(
                "{} port {} speaks {}",
                isManagement ? "the management" : "the workers'",
                event.getWebServer().getPort(),
                protocol(isManagement ? managementSsl() : workers.getSsl()));
    }

    private @Nullable Ssl managementSsl() {
        return management == null ? null : management.getSsl();
    }

    private static String protocol(@Nullable Ssl ssl) {
        return Ssl.isEnabled(ssl) ? "TLS" : "plain text";
    }
}
