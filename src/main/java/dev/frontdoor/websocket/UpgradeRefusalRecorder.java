package dev.frontdoor.websocket;

import dev.frontdoor.connection.address.ClientAddresses;
import dev.frontdoor.registration.RefusalLog;

import io.netty.channel.Channel;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.List;

/** Counts and logs requests on the workers' path that are not upgraded. Used by any event loop. */
final class UpgradeRefusalRecorder {

    private static final Logger log = LoggerFactory.getLogger(UpgradeRefusalRecorder.class);

    private final UpgradeMetrics metrics;
    private final RefusalLog refusals;
    private final ClientAddresses addresses;

    UpgradeRefusalRecorder(UpgradeMetrics metrics, RefusalLog refusals, ClientAddresses addresses) {
        this.metrics = metrics;
        this.refusals = refusals;
        this.addresses = addresses;
    }

    /** A channel found no memory and is closed. */
    void shortOfMemory(Channel channel) {
        String remoteAddress = addresses.of(channel, List.of());
        refusals.log(
                "connections without memory",
                remoteAddress,
                () ->
                        log.warn(
                                "closing the connection of {}: the service is short of memory",
                                remoteAddress));
    }

    /**
     * A request was refused.
     *
     * @param forwardedFor the values of {@code X-Forwarded-For} in its head
     */
    void refused(UpgradeRefusal refusal, Channel channel, List<String> forwardedFor) {
        refused(refusal, refusal.reason(), channel, forwardedFor);
    }

    /**
     * A request was refused.
     *
     * @param text says why, as the client reads it
     * @param forwardedFor the values of {@code X-Forwarded-For} in its head
     */
    void refused(UpgradeRefusal refusal, String text, Channel channel, List<String> forwardedFor) {
        metrics.refused(refusal);
        if (refusal.isFaultOfClient()) {
            String remoteAddress = addresses.of(channel, forwardedFor);
            refusals.log(
                    "refused upgrades",
                    remoteAddress,
                    () ->
                            log.warn(
                                    "an upgrade from {} was refused with status {}: {}",
                                    remoteAddress,
                                    refusal.status(),
                                    text));
        }
    }
}
