package com.example.dispatcher;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.frontdoor.notifier.PushRefusal.Code;
import dev.frontdoor.protocol.Frame.Push;
import dev.frontdoor.protocol.Frame.PushReply;
import dev.frontdoor.test.TestWorker;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A worker that writes each task it executes into a ledger of its own. It refuses every fifth push
 * as busy. It may die after some tasks: the last is in its ledger, and nobody gets its reply.
 */
final class LedgerWorker implements AutoCloseable {

    private final String identity;
    private final TestWorker worker;
    private final CountDownLatch start;
    private final int lifetime;
    private final List<String> ledger = new CopyOnWriteArrayList<>();
    private final CountDownLatch dead = new CountDownLatch(1);
    private int pushes;

    /**
     * Registers a worker.
     *
     * @param start it executes nothing before
     * @param lifetime how many tasks it executes before it dies
     */
    LedgerWorker(String identity, TestWorker worker, CountDownLatch start, int lifetime) {
        this.identity = identity;
        this.worker = worker;
        this.start = start;
        this.lifetime = lifetime;
        worker.answerPushes(this::answer);
        worker.register(TestWorker.registration(identity));
    }

    String identity() {
        return identity;
    }

    List<String> ledger() {
        return ledger;
    }

    boolean isDead() {
        return dead.getCount() == 0;
    }

    private PushReply answer(Push push) {
        awaitStart();
        if (++pushes % 5 == 0) {
            return TestWorker.refusal(push, Code.BUSY, "four are enough");
        }
        ledger.add(new String(push.payload().toByteArray(), UTF_8));
        if (ledger.size() == lifetime) {
            worker.vanish();
            dead.countDown();
        }
        return TestWorker.reply(push, identity.getBytes(UTF_8));
    }

    private void awaitStart() {
        try {
            if (!start.await(1, TimeUnit.MINUTES)) {
                throw new IllegalStateException("the test has not started");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        worker.close();
    }
}
