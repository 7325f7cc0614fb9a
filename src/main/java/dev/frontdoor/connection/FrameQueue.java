package dev.frontdoor.connection;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The frames of other threads on their way to the event loop of a connection. One task hands over
 * all that are there, so that they go out together. Frames are added by any thread.
 */
final class FrameQueue {

    private final LoopTasks tasks;
    private final Transport transport;
    private final Consumer<byte[]> receiver;

    /** Null while no task is on its way. Guarded by this object. */
    private @Nullable List<byte[]> frames;

    /**
     * A queue without frames.
     *
     * @param receiver gets the frames in their order, on the event loop, even if one of them fails
     */
    FrameQueue(LoopTasks tasks, Transport transport, Consumer<byte[]> receiver) {
        this.tasks = tasks;
        this.transport = transport;
        this.receiver = receiver;
    }

    void add(byte[] frame) {
        boolean first;
        synchronized (this) {
            first = frames == null;
            if (frames == null) {
                frames = new ArrayList<>(1);
            }
            frames.add(frame);
        }
        if (first) {
            tasks.run(this::handOver);
        }
    }

    private void handOver() {
        transport.beginBatch();
        for (byte[] frame : take()) {
            tasks.guard(() -> receiver.accept(frame));
        }
        transport.endBatch();
    }

    private synchronized List<byte[]> take() {
        List<byte[]> taken = frames == null ? List.of() : frames;
        frames = null;
        return taken;
    }
}
