package dev.frontdoor.worker;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What happened to a worker. Each push that was received is replied, refused or dropped, exactly
 * once; so the counts of {@link PushReplied}, {@link PushRefused} and {@link PushDropped} add up to
 * that of {@link PushReceived} once the worker has ended.
 */
public sealed interface Event {

    /** The worker is in another state. The pause is null except before a reconnect. */
    record StateChanged(State state, Duration pause, End end) implements Event {}

    /** The WebSocket is open. */
    record Connected() implements Event {}

    /** The connection ended, or could not be opened. */
    record Disconnected(int code, String reason, boolean comesBack) implements Event {}

    /** The service rejected a registration. */
    record Rejected(String reason, boolean temporary) implements Event {}

    /** A push arrived. */
    record PushReceived(long correlationId, int size) implements Event {}

    /** A reply was handed to the connection. */
    record PushReplied(long correlationId, int size, Duration duration) implements Event {}

    /** A refusal was handed to the connection. */
    record PushRefused(long correlationId, Refusal.Code code, String words, Duration duration)
            implements Event {}

    /** The connection of a push ended before its reply. */
    record PushDropped(long correlationId, Duration duration) implements Event {}

    /** A publication was handed to the connection. */
    record Published(int stream, String channel, int size) implements Event {}

    /** Nobody consumed a publication. */
    record PublishRefused(int stream, int code, String message) implements Event {}

    /** The service took a fresh token on the open connection. */
    record Renewed() implements Event {}

    /** A handler, a token source or a frame failed. */
    record Failure(String what, Throwable cause) implements Event {}

    /** Logs states, ends, rejections and failures; the others at DEBUG, without payloads. */
    static Consumer<Event> logging(Logger logger) {
        Set<Class<? extends Event>> warnings =
                Set.of(Disconnected.class, Rejected.class, PublishRefused.class, Failure.class);
        return event -> {
            Level normal = event instanceof StateChanged ? Level.INFO : Level.DEBUG;
            Level level = warnings.contains(event.getClass()) ? Level.WARNING : normal;
            Throwable cause = event instanceof Failure failure ? failure.cause() : null;
            logger.log(level, event::toString, cause);
        };
    }
}
