package dev.frontdoor.registration;

import dev.frontdoor.notifier.ConnectionNotifier;
import dev.frontdoor.notifier.RegistrationRejectedException;
import dev.frontdoor.protocol.WorkerRegistration;

import org.jspecify.annotations.Nullable;

import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongFunction;

/**
 * A notifier that behaves as a registration's node tells it, and records violations of the
 * contract: overlapping calls, an unregister call for a pid that it does not hold, an admission of
 * what the table does not show, calls out of order.
 */
final class ContractCheckingNotifier implements ConnectionNotifier {

    /** What the notifier does in a call. A digit in the registration's node selects it. */
    private enum Behaviour {
        RETURN,
        REJECT,
        THROW,
        ERROR,
        PASS,
        /** Hangs until interrupted, then returns. */
        LATE,
        /** Hangs until interrupted, then throws. */
        LATE_THROW,
        /** Ignores the interrupt for a while, then returns. */
        STUBBORN
    }

    /** Accepts most registrations, so that many are replaced. */
    private static final String MIX = "000000000000000000000000000011234444567";

    final LongAdder registeredReturns = new LongAdder();
    final LongAdder ends = new LongAdder();
    final LongAdder admissions = new LongAdder();

    private final int index;
    private final int count;
    private final Queue<String> faults;
    private final ConcurrentMap<String, Integer> lastAsked;
    private final LongFunction<@Nullable String> inForce;
    private final ConcurrentMap<Long, Seen> seen = new ConcurrentHashMap<>();

    /**
     * Creates one of several notifiers.
     *
     * @param lastAsked by identity, the last notifier that was called for it; shared by all
     * @param inForce the identity that the table shows for a pid; null if the worker has left
     */
    ContractCheckingNotifier(
            int index,
            int count,
            Queue<String> faults,
            ConcurrentMap<String, Integer> lastAsked,
            LongFunction<@Nullable String> inForce) {
        this.index = index;
        this.count = count;
        this.faults = faults;
        this.lastAsked = lastAsked;
        this.inForce = inForce;
    }

    /** Whether this notifier does not take such a registration. */
    static boolean passes(WorkerRegistration registration, int index) {
        return behaviour(registration, index) == Behaviour.PASS;
    }

    /** Whether this notifier can accept such a registration in time. */
    static boolean agrees(WorkerRegistration registration, int index) {
        return behaviour(registration, index) == Behaviour.RETURN;
    }

    /** One digit for the first call of each notifier, and one for a restore. */
    static String behaviour(SplittableRandom random, int notifiers) {
        if (random.nextInt(40) == 0) {
            return "4".repeat(notifiers) + "0".repeat(notifiers);
        }
        StringBuilder node = new StringBuilder();
        for (int i = 0; i < notifiers; i++) {
            node.append(MIX.charAt(random.nextInt(MIX.length())));
        }
        for (int i = 0; i < notifiers; i++) {
            node.append(random.nextInt(12) == 0 ? '2' : '0');
        }
        return node.toString();
    }

    /** The identity this notifier holds of a pid; null if none. */
    @Nullable String held(long pid) {
        Seen ofPid = seen.get(pid);
        return ofPid == null ? null : ofPid.held;
    }

    /** Whether a call for a pid is under way. */
    boolean isCalled(long pid) {
        Seen ofPid = seen.get(pid);
        return ofPid != null && ofPid.called;
    }

    @Override
    public boolean takes(WorkerRegistration registration) {
        return behaviour(registration, index) != Behaviour.PASS;
    }

    @Override
    public void onWorkerRegistered(long pid, WorkerRegistration registration) {
        Seen ofPid = seen.computeIfAbsent(pid, _ -> new Seen());
        ofPid.enter(pid, "registered");
        try {
            boolean first = ofPid.offered.add(registration.identity());
            if (first) {
                checkOrder(registration.identity());
            }
            behave(behaviour(registration, first ? index : count + index));
            if (ofPid.held == null) {
                registeredReturns.increment();
            }
            ofPid.held = registration.identity();
            ofPid.admissible = true;
        } finally {
            ofPid.called = false;
        }
    }

    @Override
    public void onWorkerAdmitted(long pid) {
        Seen ofPid = seen.computeIfAbsent(pid, _ -> new Seen());
        ofPid.enter(pid, "admitted");
        try {
            if (!ofPid.admissible) {
                faults.add(
                        "notifier %d was told that pid %d is admitted without a registration"
                                .formatted(index, pid));
            }
            ofPid.admissible = false;
            String shown = inForce.apply(pid);
            if (shown != null && !shown.equals(ofPid.held)) {
                faults.add(
                        "notifier %d was told that pid %d is admitted with %s, but holds %s"
                                .formatted(index, pid, shown, ofPid.held));
            }
            admissions.increment();
            behaveOnAdmission(pid);
        } finally {
            ofPid.called = false;
        }
    }

    private void behaveOnAdmission(long pid) {
        switch ((int) (pid + index) % 11) {
            case 0 -> throw new IllegalStateException("scripted");
            case 1 -> hang();
            default -> {}
        }
    }

    @Override
    public void onWorkerUnregistered(long pid) {
        Seen ofPid = seen.computeIfAbsent(pid, _ -> new Seen());
        ofPid.enter(pid, "unregistered");
        try {
            if (ofPid.held == null) {
                faults.add("notifier %d was told the end of pid %d twice".formatted(index, pid));
            }
            ofPid.held = null;
            ofPid.admissible = false;
            ends.increment();
            if (pid % 13 == 0) {
                throw new IllegalStateException("scripted");
            }
        } finally {
            ofPid.called = false;
        }
    }

    private void checkOrder(String identity) {
        Integer before = lastAsked.put(identity, index);
        if (before != null && before >= index) {
            faults.add(
                    "notifier %d was asked about %s after notifier %d"
                            .formatted(index, identity, before));
        }
    }

    @Override
    public boolean onChannelPublish(long pid, String channel, byte[] payload) {
        Seen ofPid = seen.computeIfAbsent(pid, _ -> new Seen());
        ofPid.enter(pid, "publishing");
        if (ofPid.held == null) {
            faults.add("notifier %d was offered what pid %d published".formatted(index, pid));
        }
        ofPid.called = false;
        return false;
    }

    private static Behaviour behaviour(WorkerRegistration registration, int place) {
        String node = registration.node();
        return node == null ? Behaviour.RETURN : Behaviour.values()[node.charAt(place) - '0'];
    }

    private static void behave(Behaviour behaviour) {
        switch (behaviour) {
            case RETURN, PASS -> {}
            case REJECT -> throw new RegistrationRejectedException("scripted");
            case THROW -> throw new IllegalStateException("scripted");
            case ERROR -> throw new NoClassDefFoundError("scripted");
            case LATE -> hang();
            case LATE_THROW -> {
                hang();
                throw new IllegalStateException("scripted");
            }
            case STUBBORN -> {
                hang();
                hang(20);
            }
        }
    }

    private static void hang() {
        hang(RegistrationFixture.LONG.toMillis());
    }

    private static void hang(long millis) {
        try {
            boolean _ = new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            // The interrupt ends the wait.
        }
    }

    /** The calls of one notifier for one pid. */
    private final class Seen {
        volatile @Nullable String held;
        volatile boolean admissible;
        final Set<String> offered = ConcurrentHashMap.newKeySet();
        volatile boolean called;

        synchronized void enter(long pid, String what) {
            if (called) {
                faults.add(
                        "notifier %d was told that pid %d is %s during another call"
                                .formatted(index, pid, what));
            }
            called = true;
        }
    }
}
