package dev.frontdoor.bench.load;

import dev.frontdoor.protocol.FrameType;

import io.netty.buffer.ByteBuf;

import java.util.Arrays;
import java.util.concurrent.CompletableFuture;

/** Workers that connect, register and close, so many at a time, until there were enough. */
public final class Entrances implements Worker.Script {

    private final Load load;
    private final long[] waits;
    private CompletableFuture<long[]> done = new CompletableFuture<>();
    private int begun;
    private int registered;
    private int ended;

    private Entrances(Load load, int count) {
        this.load = load;
        this.waits = new long[count];
    }

    /** The nanoseconds each worker waited from its connect to its acknowledgement, ascending. */
    public static long[] run(Load load, int count, int atOnce) {
        Entrances entrances = new Entrances(load, count);
        return load.run(
                600,
                done -> {
                    entrances.done = done;
                    for (int i = 0; i < Math.min(atOnce, count); i++) {
                        entrances.begin();
                    }
                });
    }

    private void begin() {
        load.connect(begun++, this);
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
            waits[registered++] = System.nanoTime() - worker.began;
            worker.close();
        } else {
            done.completeExceptionally(new IllegalStateException("a worker was refused"));
        }
    }

    @Override
    public void closed(Worker worker) {
        ended++;
        if (begun < waits.length) {
            begin();
        } else if (ended == waits.length) {
            finish();
        }
    }

    private void finish() {
        if (registered < waits.length) {
            done.completeExceptionally(
                    new IllegalStateException("%d were lost".formatted(ended - registered)));
        } else {
            Arrays.sort(waits);
            done.complete(waits);
        }
    }
}
