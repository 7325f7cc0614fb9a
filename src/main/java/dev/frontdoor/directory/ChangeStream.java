package dev.frontdoor.directory;

import dev.frontdoor.notifier.FleetChange;
import dev.frontdoor.notifier.FleetChange.Kind;
import dev.frontdoor.notifier.FleetException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.function.Consumer;

/**
 * The changes that Redis tells about, for subscribers of this instance. Redis is subscribed to only
 * while there is one. A message may be lost with its connection: the numbers of the changes show
 * it, at the latest when {@link #check} compares them with what Redis knows.
 */
final class ChangeStream implements Flow.Publisher<FleetChange>, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ChangeStream.class);

    private final Source source;
    private final Executor executor;
    private final int buffer;
    private volatile SubmissionPublisher<FleetChange> subscribers;

    /** The number of the last change that came, by epoch. */
    private final Map<Epoch, Long> last = new HashMap<>();

    /** What was so at the last check, by epoch. */
    private Map<Epoch, Check> checks = Map.of();

    private AutoCloseable subscription = () -> {};
    private boolean subscribed;

    /**
     * What was so at a check.
     *
     * @param known the number of the last change that Redis knew
     * @param came the number of the last change that had come
     */
    private record Check(long known, long came) {}

    /** Where messages come from. */
    interface Source {

        /** Subscribes, and returns what ends it; may wait. */
        AutoCloseable subscribe(Consumer<byte[]> messages);
    }

    /**
     * A stream without subscribers.
     *
     * @param executor calls the subscribers
     * @param buffer changes that wait for one subscriber
     */
    ChangeStream(Source source, Executor executor, int buffer) {
        this.source = source;
        this.executor = executor;
        this.buffer = buffer;
        this.subscribers = new SubmissionPublisher<>(executor, buffer);
    }

    @Override
    public void subscribe(Flow.Subscriber<? super FleetChange> subscriber) {
        subscribers.subscribe(subscriber);
    }

    /** Whether {@link #check} compares what came with what Redis knows. */
    boolean isWatched() {
        return subscribed && subscribers.hasSubscribers();
    }

    /**
     * Subscribes to Redis if there are subscribers, and ends that if there are none. Ends the
     * subscribers' streams if changes were lost. May wait for Redis. Used by one thread.
     *
     * @param live what Redis knew of all live epochs just before; none if that is not known
     */
    void check(Map<Epoch, Facts> live) {
        if (isWatched()) {
            if (!live.isEmpty()) {
                compare(live);
            }
        } else if (subscribed) {
            unsubscribe();
        } else if (subscribers.hasSubscribers()) {
            subscription = source.subscribe(this::take);
            subscribed = true;
        }
    }

    @Override
    public void close() {
        unsubscribe();
        subscribers.close();
    }

    private void unsubscribe() {
        subscribed = false;
        try {
            subscription.close();
        } catch (Exception e) {
            log.debug("the subscription of changes did not end properly", e);
        }
        forget();
    }

    private synchronized void forget() {
        last.clear();
        checks = Map.of();
    }

    /** Once nothing came during a whole check, what Redis knew before it is lost. */
    private synchronized void compare(Map<Epoch, Facts> live) {
        Map<Epoch, Check> now = new HashMap<>();
        for (Map.Entry<Epoch, Facts> next : live.entrySet()) {
            Epoch epoch = next.getKey();
            long known = next.getValue().changes();
            long came = last.computeIfAbsent(epoch, _ -> known);
            Check before = checks.get(epoch);
            if (before != null && before.came < before.known && before.came == came) {
                fail(epoch);
                return;
            }
            now.put(epoch, new Check(known, came));
        }
        checks = now;
        last.keySet().retainAll(live.keySet());
    }

    private void fail(Epoch epoch) {
        forget();
        SubmissionPublisher<FleetChange> failed = subscribers;
        subscribers = new SubmissionPublisher<>(executor, buffer);
        failed.closeExceptionally(
                new FleetException(
                        "changes of instance %s were lost".formatted(epoch.instance()), null));
    }

    private synchronized void take(byte[] message) {
        try {
            JsonNode content = JsonMapper.shared().readTree(message);
            Epoch epoch =
                    new Epoch(
                            content.path("v").asInt(),
                            content.path("i").asString(),
                            content.path("e").asLong());
            long sequence = content.path("s").asLong();
            for (JsonNode change : content.path("c")) {
                FleetChange next =
                        new FleetChange(
                                epoch.instance(),
                                epoch.number(),
                                sequence,
                                Kind.valueOf(change.path(0).asString().toUpperCase(Locale.ROOT)),
                                Entry.read(
                                        epoch.instance(),
                                        change.path(1)
                                                .asString()
                                                .getBytes(StandardCharsets.UTF_8)));
                // A subscriber that is too slow misses the change, and sees that by its number.
                int _ = subscribers.offer(next, (_, _) -> false);
                last.put(epoch, sequence);
                sequence++;
            }
        } catch (JacksonException | IllegalArgumentException e) {
            log.warn("a change of the directory cannot be read: {}", e.getMessage());
        }
    }
}
