package dev.frontdoor.tcp;

import dev.frontdoor.registration.settings.ProxyProtocol;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.web.server.Ssl.ClientAuth;
import org.springframework.validation.annotation.Validated;

import java.time.Duration;

/**
 * The port for workers that speak plain TCP.
 *
 * @param port the port; 0 for any free one, -1 for none
 * @param sslBundle name of the SSL bundle; empty for no TLS
 * @param clientAuth whether workers need certificates
 * @param proxyProtocol whether connections of trusted proxies begin with a header of the PROXY
 *     protocol
 * @param pauseAfterAck how long pushes wait after the answer to a registration, unless the worker
 *     sends something before
 * @param keepaliveIdle silence before the system probes whether a worker is there
 * @param keepaliveInterval time between two probes
 * @param keepaliveProbes unanswered probes after which the connection is broken
 */
@Validated
@ConfigurationProperties("frontdoor.tcp")
record TcpProperties(
        @DefaultValue("-1")
                @Min(value = -1, message = FROM_MINUS_1_TO_65535)
                @Max(value = 65535, message = FROM_MINUS_1_TO_65535)
                int port,
        @DefaultValue("") String sslBundle,
        @DefaultValue("none") ClientAuth clientAuth,
        @DefaultValue("off") ProxyProtocol proxyProtocol,
        @DefaultValue("250ms")
                @DurationMin(message = FROM_0_TO_5S)
                @DurationMax(seconds = 5, message = FROM_0_TO_5S)
                Duration pauseAfterAck,
        @DefaultValue("30s")
                @DurationMin(seconds = 1, message = FROM_1S_TO_1H)
                @DurationMax(hours = 1, message = FROM_1S_TO_1H)
                Duration keepaliveIdle,
        @DefaultValue("10s")
                @DurationMin(seconds = 1, message = FROM_1S_TO_1H)
                @DurationMax(hours = 1, message = FROM_1S_TO_1H)
                Duration keepaliveInterval,
        @DefaultValue("5")
                @Min(value = 1, message = FROM_1_TO_100)
                @Max(value = 100, message = FROM_1_TO_100)
                int keepaliveProbes) {

    private static final String FROM_MINUS_1_TO_65535 = "must be from -1 to 65535";
    private static final String FROM_0_TO_5S = "must be from 0s to 5s";
    private static final String FROM_1S_TO_1H = "must be from 1s to 1h";
    private static final String FROM_1_TO_100 = "must be from 1 to 100";

    boolean isEnabled() {
        return port >= 0;
    }

    /** After how much silence a worker that has vanished is noticed. */
    Duration deadPeerBound() {
        return keepaliveIdle.plus(keepaliveInterval.multipliedBy(keepaliveProbes));
    }
}
