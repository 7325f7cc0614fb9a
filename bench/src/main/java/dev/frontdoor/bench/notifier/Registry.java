package dev.frontdoor.bench.notifier;

import dev.frontdoor.notifier.ConnectionNotifier;
import dev.frontdoor.notifier.Workers;
import dev.frontdoor.protocol.WorkerRegistration;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An application's registry at its smallest: knows which pids it has. What a worker publishes to
 * {@code push} asks for as many pushes, one after the other, as its last four bytes say; to {@code
 * ends}, for one push with the number of pids and the time of the last end.
 */
final class Registry implements ConnectionNotifier {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final byte[] CONTENT =
            HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f");

    private final Workers workers;
    private final Set<Long> pids = ConcurrentHashMap.newKeySet();
    private volatile long lastEnd = System.nanoTime();

    Registry(Workers workers) {
        this.workers = workers;
    }

    @Override
    public void onWorkerRegistered(long pid, WorkerRegistration registration) {
        pids.add(pid);
    }

    @Override
    public void onWorkerUnregistered(long pid) {
        pids.remove(pid);
        lastEnd = System.nanoTime();
    }

    @Override
    public boolean onChannelPublish(long pid, String channel, byte[] payload) {
        if (channel.equals("ends")) {
            byte[] ends = ByteBuffer.allocate(16).putLong(pids.size()).putLong(lastEnd).array();
            var _ = workers.push(pid, ends, PATIENCE);
        } else {
            push(pid, ByteBuffer.wrap(payload).getInt());
        }
        return true;
    }

    private void push(long pid, int count) {
        if (count > 0) {
            var _ = workers.push(pid, CONTENT, PATIENCE).thenRun(() -> push(pid, count - 1));
        }
    }
}
