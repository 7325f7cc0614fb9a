package dev.frontdoor.directory;

import dev.frontdoor.directory.FleetAction.Selection;
import dev.frontdoor.notifier.EvictionRequest;
import dev.frontdoor.notifier.PushException.Reason;
import dev.frontdoor.notifier.PushRefusal;
import dev.frontdoor.notifier.PushRefusal.Code;
import dev.frontdoor.notifier.WorkerFilter;

import org.jspecify.annotations.Nullable;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Reads a message that {@link MessageWriter} has written. */
final class MessageReader {

    private final ByteBuffer in;

    private MessageReader(byte[] message, int length) {
        in = ByteBuffer.wrap(message, 0, length);
    }

    /**
     * Reads a message.
     *
     * @param length where it ends in the bytes
     * @throws IllegalArgumentException if the bytes are none
     */
    static FleetMessage read(byte[] message, int length) {
        MessageReader reader = new MessageReader(message, length);
        try {
            FleetMessage read = reader.message();
            if (reader.in.hasRemaining()) {
                throw new IllegalArgumentException("bytes follow the message");
            }
            return read;
        } catch (BufferUnderflowException | DateTimeException e) {
            throw new IllegalArgumentException("the message is malformed", e);
        }
    }

    private FleetMessage message() {
        int version = in.get();
        if (version != MessageWriter.VERSION) {
            throw new IllegalArgumentException("the message has version " + version);
        }
        return new FleetMessage(in.getLong(), text(), text(), in.getLong(), body());
    }

    private FleetMessage.Body body() {
        byte kind = in.get();
        return switch (kind) {
            case 'X' -> new FleetMessage.Cancel();
            case 'P' -> push();
            case 'S' -> new FleetAction.Send(selection(), bytes());
            case 'D' -> new FleetAction.Disconnect(selection(), text());
            case 'E' -> new FleetAction.Evict(request());
            case 'B' -> new FleetAction.Ban(text(), duration(), text(), isTrue());
            case 'I' -> new FleetAction.Identity(text(), in.getLong(), isTrue());
            case 'R' -> new FleetAction.ReadBans();
            case 'r' -> new FleetOutcome.Replied(bytes());
            case 'd' -> new FleetOutcome.Done(in.getLong());
            case 'p' -> pushFailed();
            case 'f' -> new FleetOutcome.Failed(text());
            default -> throw new IllegalArgumentException("the message has kind " + kind);
        };
    }

    private FleetAction.Push push() {
        long pid = in.getLong();
        Duration timeLimit = duration();
        return new FleetAction.Push(pid, bytes(), timeLimit);
    }

    private FleetOutcome.PushFailed pushFailed() {
        Reason reason = Reason.valueOf(text());
        String code = optional();
        String words = optional();
        PushRefusal refusal =
                code == null || words == null ? null : new PushRefusal(Code.valueOf(code), words);
        if ((reason == Reason.REFUSED) != (refusal != null)) {
            throw new IllegalArgumentException("the refusal is malformed");
        }
        return new FleetOutcome.PushFailed(reason, refusal, text());
    }

    private Selection selection() {
        return isTrue() ? Selection.of(filter()) : Selection.of(in.getLong());
    }

    private EvictionRequest request() {
        WorkerFilter filter = filter();
        Set<Long> pids = pids();
        String count = optional();
        String share = optional();
        String rate = optional();
        String deadline = optional();
        return new EvictionRequest(
                filter,
                pids,
                count == null ? null : Integer.valueOf(count),
                share == null ? null : Double.valueOf(share),
                rate == null ? null : Integer.valueOf(rate),
                deadline == null ? null : Duration.parse(deadline),
                isTrue());
    }

    private @Nullable Set<Long> pids() {
        int count = in.getInt();
        if (count < 0) {
            return null;
        }
        Set<Long> pids = new HashSet<>();
        for (int i = 0; i < count; i++) {
            pids.add(in.getLong());
        }
        return pids;
    }

    private WorkerFilter filter() {
        String namespace = optional();
        String taskQueue = optional();
        String node = optional();
        String activityType = optional();
        String identity = optional();
        String userAgent = optional();
        Map<String, String> labels = new TreeMap<>();
        for (int i = in.getInt(); i > 0; i--) {
            labels.put(text(), text());
        }
        String holder = optional();
        String since = optional();
        return new WorkerFilter(
                namespace,
                taskQueue,
                node,
                activityType,
                identity,
                userAgent,
                labels,
                holder,
                since == null ? null : Instant.parse(since));
    }

    private Duration duration() {
        return Duration.ofNanos(in.getLong());
    }

    private boolean isTrue() {
        return in.get() != 0;
    }

    private String text() {
        String text = optional();
        if (text == null) {
            throw new IllegalArgumentException("a text is missing");
        }
        return text;
    }

    private @Nullable String optional() {
        int length = in.getInt();
        return length < 0 ? null : new String(take(length), StandardCharsets.UTF_8);
    }

    private byte[] bytes() {
        return take(in.getInt());
    }

    /** Checks the length before it takes memory. */
    private byte[] take(int length) {
        if (length < 0 || length > in.remaining()) {
            throw new IllegalArgumentException("a length is more than the message has");
        }
        byte[] taken = new byte[length];
        in.get(taken);
        return taken;
    }
}
