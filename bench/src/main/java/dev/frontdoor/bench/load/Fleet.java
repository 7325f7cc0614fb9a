package dev.frontdoor.bench.load;

import dev.frontdoor.protocol.FrameType;

import io.netty.buffer.ByteBuf;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/** Workers that are registered and stay. */
public final class Fleet implements Worker.Script {

    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Load load;
    private final int size;
    private final List<Worker> workers = new ArrayList<>();
    private CompletableFuture<Fleet> entered = new CompletableFuture<>();
    private Trips trips = Trips.NONE;
    private int begun;
    private long longestWait;
    private int refused;
    private int lost;
    private boolean leaving;

    private Fleet(Load load, int size) {
        this.load = load;
        this.size = size;
    }

    /** Registers workers, so many at a time, and returns once all are. */
    public static Fleet enter(Load load, int size, int atOnce) {
        Fleet fleet = new Fleet(load, size);
        return load.run(
                300,
                entered -> {
                    fleet.entered = entered;
                    for (int i = 0; i < Math.min(atOnce, size); i++) {
                        fleet.begin();
                    }
                });
    }

    /** The longest that a worker waited from its connect to its acknowledgement. */
    public long longestWaitNanos() {
        return longestWait;
    }

    /** How many registrations were refused, and were tried again. */
    public int refused() {
        return refused;
    }

    /** How many connections broke before their workers were registered, and were made again. */
    public int lost() {
        return lost;
    }

    /**
     * Has the workers send messages, each its next when the last was answered; returns once so many
     * were answered in all.
     */
    public void roundTrips(int count, IntFunction<ByteBuf> message) {
        load.<Boolean>run(
                600,
                done -> {
                    trips = new Trips(done, count, message);
                    workers.forEach(trips::begin);
                });
    }

    /** Has the server push so often to each of the workers; returns once all came. */
    public void pushes(int countEach) {
        ByteBuf publish = Messages.publish("push", countEach);
        load.<Boolean>run(
                600,
                done -> {
                    trips = new Trips(done, countEach * workers.size(), null);
                    workers.forEach(worker -> worker.send(publish));
                });
    }

    /**
     * Asks the service's notifier how many pids it has and when the last ended, through one worker.
     */
    public Ends ends() {
        return load.run(
                30,
                (CompletableFuture<Ends> done) -> {
                    trips = new Trips(new CompletableFuture<>(), 1, null);
                    trips.ends = done;
                    workers.getFirst().send(Messages.publish("ends", 1));
                });
    }

    /** Breaks all connections at once; says when the first was. */
    public long reset() {
        return load.run(
                60,
                (CompletableFuture<Long> done) -> {
                    leaving = true;
                    long began = System.nanoTime();
                    workers.forEach(Worker::reset);
                    done.complete(began);
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
        if (workers.size() == size) {
            trips.answered(worker);
        } else if (type == FrameType.CONNECT_ACK.code()) {
            worker.send(Messages.register(worker.number()));
        } else if (Messages.isAccepted(frame)) {
            registered(worker);
        } else {
            refused++;
            load.after(RETRY_NANOS, () -> worker.send(Messages.register(worker.number())));
        }
    }

    @Override
    public void pushed(Worker worker, ByteBuf frame) {
        trips.pushed(frame);
    }

    private void registered(Worker worker) {
        longestWait = Math.max(longestWait, System.nanoTime() - worker.began);
        workers.add(worker);
        if (workers.size() == size) {
            entered.complete(this);
        } else if (begun < size) {
            begin();
        }
    }

    @Override
    public void closed(Worker worker) {
        if (leaving) {
            return;
        }
        lost++;
        if (workers.contains(worker)) {
            entered.completeExceptionally(new IllegalStateException("a connection broke"));
            trips.done.completeExceptionally(new IllegalStateException("a connection broke"));
        } else {
            load.after(RETRY_NANOS, () -> load.connect(worker.number(), this));
        }
    }

    /** What a registry says: how many pids it has, and the {@code nanoTime} of the last end. */
    public record Ends(long pids, long lastEndNanos) {}

    private static final class Trips {

        static final Trips NONE = new Trips(new CompletableFuture<>(), 0, null);

        private final CompletableFuture<Boolean> done;
        private final int count;
        private final IntFunction<ByteBuf> message;
        private CompletableFuture<Ends> ends = new CompletableFuture<>();
        private int begun;
        private int ended;

        Trips(CompletableFuture<Boolean> done, int count, IntFunction<ByteBuf> message) {
            this.done = done;
            this.count = count;
            this.message = message;
        }

        void begin(Worker worker) {
            if (begun < count) {
                begun++;
                worker.send(message.apply(worker.number()));
            }
        }

        void answered(Worker worker) {
            begin(worker);
            end();
        }

        void pushed(ByteBuf frame) {
            ByteBuffer payload = frame.nioBuffer(frame.writerIndex() - 16, 16);
            ends.complete(new Ends(payload.getLong(), payload.getLong()));
            end();
        }

        private void end() {
            if (++ended == count) {
                done.complete(true);
            }
        }
    }
}
