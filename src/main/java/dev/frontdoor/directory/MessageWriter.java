package dev.frontdoor.directory;

import dev.frontdoor.directory.FleetAction.Selection;
import dev.frontdoor.notifier.EvictionRequest;
import dev.frontdoor.notifier.PushRefusal;
import dev.frontdoor.notifier.WorkerFilter;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Writes a message, which {@link MessageReader} reads. */
final class MessageWriter {

    /** The version of the format. */
    static final int VERSION = 1;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    private final DataOutputStream out = new DataOutputStream(bytes);

    private MessageWriter() {}

    static byte[] write(FleetMessage message) {
        MessageWriter writer = new MessageWriter();
        try {
            writer.out.writeByte(VERSION);
            writer.out.writeLong(message.id());
            writer.text(message.from());
            writer.text(message.to());
            writer.out.writeLong(message.deadline());
            writer.body(message.body());
            return writer.bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void body(FleetMessage.Body body) throws IOException {
        switch (body) {
            case FleetMessage.Cancel _ -> out.writeByte('X');
            case FleetAction action -> action(action);
            case FleetOutcome outcome -> outcome(outcome);
        }
    }

    private void action(FleetAction action) throws IOException {
        switch (action) {
            case FleetAction.Push push -> {
                out.writeByte('P');
                out.writeLong(push.pid());
                duration(push.timeLimit());
                bytes(push.payload());
            }
            case FleetAction.Send send -> {
                out.writeByte('S');
                selection(send.workers());
                bytes(send.payload());
            }
            case FleetAction.Disconnect disconnect -> {
                out.writeByte('D');
                selection(disconnect.workers());
                text(disconnect.reason());
            }
            case FleetAction.Evict evict -> {
                out.writeByte('E');
                request(evict.request());
            }
            case FleetAction.Ban ban -> {
                out.writeByte('B');
                text(ban.identity());
                duration(ban.duration());
                text(ban.reason());
                out.writeBoolean(ban.disconnect());
            }
            case FleetAction.Identity identity -> {
                out.writeByte('I');
                text(identity.key());
                out.writeLong(identity.number());
                out.writeBoolean(identity.replaced());
            }
            case FleetAction.ReadBans _ -> out.writeByte('R');
        }
    }

    private void outcome(FleetOutcome outcome) throws IOException {
        switch (outcome) {
            case FleetOutcome.Replied replied -> {
                out.writeByte('r');
                bytes(replied.payload());
            }
            case FleetOutcome.Done done -> {
                out.writeByte('d');
                out.writeLong(done.workers());
            }
            case FleetOutcome.PushFailed failed -> {
                out.writeByte('p');
                text(failed.reason().name());
                PushRefusal refusal = failed.refusal();
                text(refusal == null ? null : refusal.code().name());
                text(refusal == null ? null : refusal.words());
                text(failed.message());
            }
            case FleetOutcome.Failed failed -> {
                out.writeByte('f');
                text(failed.message());
            }
        }
    }

    private void selection(Selection workers) throws IOException {
        WorkerFilter filter = workers.filter();
        out.writeBoolean(filter != null);
        if (filter == null) {
            out.writeLong(workers.pid());
        } else {
            filter(filter);
        }
    }

    private void request(EvictionRequest request) throws IOException {
        filter(request.filter());
        Set<Long> pids = request.pids();
        out.writeInt(pids == null ? -1 : pids.size());
        if (pids != null) {
            for (long pid : new TreeSet<>(pids)) {
                out.writeLong(pid);
            }
        }
        text(request.count());
        text(request.share());
        text(request.ratePerSecond());
        text(request.deadline());
        out.writeBoolean(request.comeBack());
    }

    private void filter(WorkerFilter filter) throws IOException {
        text(filter.namespace());
        text(filter.taskQueue());
        text(filter.node());
        text(filter.activityType());
        text(filter.identity());
        text(filter.userAgent());
        out.writeInt(filter.labels().size());
        for (Map.Entry<String, String> label : new TreeMap<>(filter.labels()).entrySet()) {
            text(label.getKey());
            text(label.getValue());
        }
        text(filter.holder());
        text(filter.since());
    }

    private void duration(Duration duration) throws IOException {
        out.writeLong(duration.toNanos());
    }

    private void text(@Nullable Object value) throws IOException {
        if (value == null) {
            out.writeInt(-1);
        } else {
            bytes(value.toString().getBytes(StandardCharsets.UTF_8));
        }
    }

    private void bytes(byte[] value) throws IOException {
        out.writeInt(value.length);
        out.write(value);
    }
}
