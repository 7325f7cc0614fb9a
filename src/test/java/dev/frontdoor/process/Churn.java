package dev.frontdoor.process;

import dev.frontdoor.process.FleetProcesses.Member;
import dev.frontdoor.test.TestWorker;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Workers that come and go at all processes of a fleet, until it is closed. */
final class Churn implements AutoCloseable {

    private static final AtomicInteger runs = new AtomicInteger();

    private final List<Member> members;
    private final Thread thread;
    private volatile boolean ended;

    /** Begins. */
    Churn(List<Member> members) {
        this.members = List.copyOf(members);
        int run = runs.incrementAndGet();
        thread = Thread.ofVirtual().start(() -> run("churn-" + run));
    }

    private void run(String prefix) {
        for (int i = 0; !ended; i++) {
            Member member = members.get(i % members.size());
            try (TestWorker first = member.service.worker().connect();
                    TestWorker second = member.service.worker().connect()) {
                first.register(TestWorker.registration(prefix + "-a-" + i));
                second.register(TestWorker.registration(prefix + "-b-" + i));
                first.register(TestWorker.registration(prefix + "-c-" + i));
            } catch (IOException | RuntimeException | AssertionError _) {
                // Its process was killed, or is frozen.
            }
        }
    }

    /** Ends it, and waits for the last workers to go. */
    @Override
    public void close() {
        ended = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
