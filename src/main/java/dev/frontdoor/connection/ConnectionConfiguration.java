package dev.frontdoor.connection;

import com.sun.management.UnixOperatingSystemMXBean;

import dev.frontdoor.auth.AuthProperties;
import dev.frontdoor.auth.AuthenticationService;
import dev.frontdoor.connection.address.ClientAddresses;
import dev.frontdoor.event.EventLog;
import dev.frontdoor.invocation.thread.Timeouts;
import dev.frontdoor.logging.RepeatedLines;
import dev.frontdoor.push.PushService;
import dev.frontdoor.registration.LiveTable;
import dev.frontdoor.registration.MemoryBudget;
import dev.frontdoor.registration.PrincipalRules;
import dev.frontdoor.registration.RefusalLog;
import dev.frontdoor.registration.RegistrationService;
import dev.frontdoor.registration.settings.LimitProperties;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.util.internal.PlatformDependent;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.Future;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({
    HeartbeatProperties.class,
    DepartureProperties.class,
    DrainProperties.class,
    ManagementLimitProperties.class
})
class ConnectionConfiguration {

    private static final Logger log = LoggerFactory.getLogger(ConnectionConfiguration.class);

    @Bean
    Instance instance(Environment environment) {
        return new Instance(environment.getRequiredProperty(InstanceNaming.NAME));
    }

    @Bean
    ConnectionLimit connectionLimit(LimitProperties limits) {
        long maxFiles = maxFiles();
        ConnectionLimit limit =
                ConnectionLimit.of(
                        limits.maxConnections(), Runtime.getRuntime().maxMemory(), maxFiles);
        if (limit.max() < limits.maxConnections()) {
            log.warn(
                    "frontdoor.limits.max-connections is {}, but the process may open {} files only"
                            + " (ulimit -n): the limit in force is {}",
                    limits.maxConnections(),
                    maxFiles,
                    limit.max());
        }
        return limit;
    }

    /** How many files the process may have open. */
    private static long maxFiles() {
        return ManagementFactory.getOperatingSystemMXBean()
                        instanceof UnixOperatingSystemMXBean system
                ? system.getMaxFileDescriptorCount()
                : Long.MAX_VALUE;
    }

    @Bean
    ConnectionMetrics connectionMetrics(MeterRegistry meters, ConnectionLimit limit) {
        return new ConnectionMetrics(meters, limit.max());
    }

    @Bean
    Connections connections(
            RegistrationService registrations,
            PushService pushes,
            ConnectionMetrics metrics,
            Departures departures,
            ConnectionLimit limit,
            LimitProperties limits,
            AuthProperties auth,
            RefusalLog refusals,
            EventLog events,
            Clock clock) {
        return new Connections(
                registrations,
                pushes,
                metrics,
                new DepartureRecorder(departures, metrics, refusals, events, clock),
                limit.max(),
                new ConnectionsPerAddress(limits.maxConnectionsPerAddress()),
                new ConnectionsPerPrincipal(limits.maxConnectionsPerPrincipal()),
                auth.revocationWindow(),
                clock);
    }

    @Bean
    TcpConnections tcpConnections(
            ClientAddresses addresses,
            ConnectionLimit limit,
            LimitProperties limits,
            RefusalLog refusals,
            MeterRegistry meters) {
        int perAddress = limits.maxConnectionsPerAddress();
        return new TcpConnections(
                addresses,
                limit.maxTcp(),
                new ConnectionsPerAddress(perAddress == 0 ? 0 : perAddress + 1),
                new TcpConnectionMetrics(
                        meters, "frontdoor.tcp.connections", "the workers' ports", limit.maxTcp()),
                refusals);
    }

    /** Those of the management port, where nobody trusts a proxy. */
    @Bean
    ManagementConnections managementConnections(
            @Qualifier("socketAddresses") ClientAddresses addresses,
            ManagementLimitProperties limits,
            RefusalLog refusals,
            MeterRegistry meters) {
        int limit = limits.maxConnections();
        return new ManagementConnections(
                addresses,
                limit,
                limits.maxConnectionsPerAddress(),
                new TcpConnectionMetrics(
                        meters, "frontdoor.management.connections", "the management port", limit),
                refusals);
    }

    @Bean
    NettyMemoryMetrics nettyMemoryMetrics() {
        return new NettyMemoryMetrics();
    }

    @Bean
    Departures departures(DepartureProperties properties) {
        return new Departures(properties.size(), properties.maxBytes().toBytes());
    }

    @Bean
    AcceptStandby acceptStandby(RepeatedLines lines) {
        return AcceptStandby.onOwnThread(new AcceptFailures(lines));
    }

    @Bean
    ThreadProgress threadProgress(Timeouts timeouts, Clock clock) {
        ThreadProgress progress = ThreadProgress.onOwnThread(clock);
        progress.watch(
                "timeouts",
                task -> {
                    Future<?> _ = timeouts.after(Duration.ZERO, task);
                });
        return progress;
    }

    @Bean
    WorkerConnectionFactory workerConnectionFactory(
            Instance instance,
            AuthenticationService authentication,
            LimitProperties limits,
            HeartbeatProperties heartbeat,
            DrainProperties drain,
            Connections connections,
            RegistrationService registrations,
            LiveTable table,
            PrincipalRules rules,
            PushService pushes,
            ConnectionMetrics metrics,
            RefusalLog refusals,
            MeterRegistry meters,
            Clock clock) {
        long messageLimit = messageLimit(limits);
        MemoryBudget messages = new MemoryBudget(messageLimit);
        messages.show(meters, "messages");
        MemoryBudget unproven = new MemoryBudget(unprovenLimit(messageLimit));
        unproven.show(meters, "unproven");
        MemoryBudget unread = new MemoryBudget(unreadLimit(limits));
        unread.show(meters, "unread");
        return new WorkerConnectionFactory(
                instance,
                connections,
                new FrameDispatcher(
                        new ConnectHandshake(authentication, connections, table, rules),
                        registrations,
                        pushes,
                        messages,
                        metrics),
                limits,
                heartbeat,
                drain.pushGrace(),
                refusals,
                messages,
                unproven,
                unread,
                clock);
    }

    /** Bytes for all unfinished messages; at least one publication fits, which counts twice. */
    private static long messageLimit(LimitProperties limits) {
        long configured = limits.maxUnfinishedBytes().toBytes();
        long atLeast = 2 * limits.maxFrameSize().toBytes();
        return Math.max(configured > 0 ? configured : memory() / 4, atLeast);
    }

    /** Bytes of these for workers that have not proved themselves; two first messages fit. */
    private static long unprovenLimit(long messageLimit) {
        return Math.max(messageLimit / 4, 2L * ConnectionSetup.MAX_FIRST_MESSAGE_SIZE);
    }

    /** Bytes for all that workers have not read; at least what one worker may leave, twice. */
    private static long unreadLimit(LimitProperties limits) {
        long configured = limits.maxUnreadBytes().toBytes();
        long atLeast = 2 * limits.maxOutboundBytes().toBytes();
        return Math.max(configured > 0 ? configured : memory() / 8, atLeast);
    }

    /** The heap or the direct memory: buffers are in both, one after the other. */
    private static long memory() {
        long heap = Runtime.getRuntime().maxMemory();
        long direct = PlatformDependent.maxDirectMemory();
        return direct > 0 ? Math.min(heap, direct) : heap;
    }
}
