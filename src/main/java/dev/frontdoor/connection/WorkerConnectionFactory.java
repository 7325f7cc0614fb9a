package dev.frontdoor.connection;

import dev.frontdoor.registration.ConnectionOrigin;
import dev.frontdoor.registration.LiveFacts;
import dev.frontdoor.registration.MemoryBudget;
import dev.frontdoor.registration.RefusalLog;
import dev.frontdoor.registration.settings.LimitProperties;

import io.micrometer.core.instrument.Clock;
import io.netty.channel.Channel;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;

/** Creates connections for the transports. Used by any event loop. */
public final class WorkerConnectionFactory {

    private final Instance instance;
    private final Connections connections;
    private final FrameDispatcher dispatcher;
    private final LimitProperties limits;
    private final HeartbeatProperties heartbeat;
    private final Duration pushGrace;
    private final RefusalLog refusals;
    private final MemoryBudget messages;
    private final MemoryBudget unproven;
    private final MemoryBudget unread;
    private final Clock clock;

    WorkerConnectionFactory(
            Instance instance,
            Connections connections,
            FrameDispatcher dispatcher,
            LimitProperties limits,
            HeartbeatProperties heartbeat,
            Duration pushGrace,
            RefusalLog refusals,
            MemoryBudget messages,
            MemoryBudget unproven,
            MemoryBudget unread,
            Clock clock) {
        this.instance = instance;
        this.connections = connections;
        this.dispatcher = dispatcher;
        this.limits = limits;
        this.heartbeat = heartbeat;
        this.pushGrace = pushGrace;
        this.refusals = refusals;
        this.messages = messages;
        this.unproven = unproven;
        this.unread = unread;
        this.clock = clock;
    }

    /**
     * A connection with a pid of its own. Called on the channel's event loop. The transport calls
     * {@link WorkerConnection#opened} once it can send.
     *
     * @param remoteAddress where the worker connects from, as {@code host:port} or {@code host}
     * @param declaration what the worker has said before its first frame
     */
    public WorkerConnection create(
            Channel channel,
            Transport transport,
            String remoteAddress,
            WorkerDeclaration declaration) {
        ConnectionOrigin origin =
                new ConnectionOrigin(
                        instance.name(),
                        connections.nextPid(),
                        transport.kind(),
                        remoteAddress,
                        Instant.ofEpochMilli(clock.wallTime()),
                        declaration.userAgent());
        RunningTime time = connections.timeOf(channel.eventLoop());
        MessageRoom room = new MessageRoom(messages, unproven);
        return new WorkerConnection(
                new LiveFacts(origin, declaration.labels(), clock),
                channel,
                transport,
                connections,
                dispatcher,
                limits,
                new ConnectionTimeouts(
                        limits,
                        heartbeat,
                        new ConnectionAge(
                                limits.maxConnectionAge(),
                                pushGrace,
                                time,
                                ThreadLocalRandom.current()),
                        time,
                        channel),
                room,
                unread,
                new ConnectionSetup((int) limits.maxFrameSize().toBytes(), room, clock),
                new ConnectionLog(origin, refusals));
    }
}
