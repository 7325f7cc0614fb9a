package dev.frontdoor.directory;

import org.springframework.context.SmartLifecycle;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The thread that reads the messages of other instances: {@code directory-inbox}. */
final class FleetThreads implements SmartLifecycle {

    /** How long a stop waits for the last answers. */
    private static final Duration LAST_ANSWERS = Duration.ofSeconds(2);

    private final Inbox inbox;
    private final ServedActions served;
    private final RemoteActions remote;
    private final Runnable afterStart;
    private final Thread reader;
    private volatile boolean running;

    /**
     * Nothing is read yet.
     *
     * @param afterStart what a start waits for
     */
    FleetThreads(Inbox inbox, ServedActions served, RemoteActions remote, Runnable afterStart) {
        this.inbox = inbox;
        this.served = served;
        this.remote = remote;
        this.afterStart = afterStart;
        this.reader = Thread.ofPlatform().daemon().name("directory-inbox").unstarted(inbox);
    }

    @Override
    public void start() {
        running = true;
        reader.start();
        afterStart.run();
    }

    /** Ends after the workers' connections, whose pushes have ended by then. */
    @Override
    public void stop() {
        running = false;
        inbox.stop();
        remote.stop();
        long deadline = System.nanoTime() + LAST_ANSWERS.toNanos();
        try {
            while (!served.isIdle() && System.nanoTime() - deadline < 0) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
            boolean _ = reader.join(LAST_ANSWERS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        reader.interrupt();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return 1;
    }
}
