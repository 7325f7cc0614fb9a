package dev.frontdoor.connection;

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
     */
    public WorkerConnection create(Channel channel, Transport transport, String remoteAddress) {
        ConnectionFacts facts =
                new ConnectionFacts(
                        connections.nextPid(),
                        remoteAddress,
                        Instant.ofEpochMilli(clock.wallTime()));
        RunningTime time = connections.timeOf(channel.eventLoop());
        MessageRoom room = new MessageRoom(messages, unproven);
        return new WorkerConnection(
                facts,
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
                new ConnectionLog(facts, refusals));
    }
}
