package dev.frontdoor.bench.load;

import dev.frontdoor.protocol.FrameType;

import io.netty.buffer.ByteBuf;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Workers that arrive at an even pace, whatever becomes of those before them, and stay a while. */
public final class Arrivals implements Worker.Script {

    private static final long STAY_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Load load;
    private final int count;
    private final long pauseNanos;
    private final List<Long> waits = new ArrayList<>();
    private CompletableFuture<Outcome> done = new CompletableFuture<>();
    private long first;
    private int begun;
    private int refused;
    private int ended;

    private Arrivals(Load load, int count, long pauseNanos) {
        this.load = load;
        this.count = count;
        this.pauseNanos = pauseNanos;
    }

    /** Has workers arrive for some seconds, and returns when the last has gone. */
    public static Outcome run(Load load, int perSecond, int seconds) {
        Arrivals arrivals =
                new Arrivals(load, perSecond * seconds, TimeUnit.SECONDS.toNanos(1) / perSecond);
        return load.run(
                seconds + 120L,
                done -> {
                    arrivals.done = done;
                    arrivals.first = System.nanoTime();
                    arrivals.begin();
                });
    }

    private void begin() {
        while (begun < count && System.nanoTime() - first >= begun * pauseNanos) {
            load.connect(begun++, this);
        }
        if (begun < count) {
            load.after(first + begun * pauseNanos - System.nanoTime(), this::begin);
        }
    }

    @Override
    public void upgraded(Worker worker) {
        worker.send(Messages.CONNECT);
    }

    @Override
    public void answered(Worker worker, int type, ByteBuf frame) {
        if (type == FrameType.CONNECT_ACK.code()) {
            worker.send(Messages.register(worker.number()));
        } else if (Messages.isAccepted(frame)) {
            waits.add(System.nanoTime() - worker.began);
            load.after(STAY_NANOS, worker::close);
        } else {
            refused++;
            worker.close();
        }
    }

    @Override
    public void closed(Worker worker) {
        if (++ended == count) {
            int lost = count - waits.size() - refused;
            long[] sorted = waits.stream().mapToLong(Long::longValue).sorted().toArray();
            done.complete(new Outcome(sorted, refused, lost));
        }
    }

    /**
     * What became of the workers.
     *
     * @param waits nanoseconds from connect to acknowledgement, ascending
     */
    public record Outcome(long[] waits, int refused, int lost) {}
}
