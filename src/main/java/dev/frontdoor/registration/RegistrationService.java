package dev.frontdoor.registration;

import dev.frontdoor.invocation.CallResult;
import dev.frontdoor.invocation.Notifier;
import dev.frontdoor.invocation.NotifierProperties.OnFailure;
import dev.frontdoor.invocation.NotifierProperties.Unmatched;
import dev.frontdoor.invocation.NotifierReconciler;
import dev.frontdoor.invocation.Sample;
import dev.frontdoor.invocation.Timeouts;
import dev.frontdoor.invocation.WorkerMdc;
import dev.frontdoor.notifier.DisplayText;
import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.registration.Ledger.Leave;
import dev.frontdoor.registration.RegistrationMetrics.Outcome;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Decides registrations by asking the notifiers, keeps the ledger of who holds what, and tells
 * holders of the end. The rules are those of section 4 of the protocol.
 *
 * <p>{@link #register}, {@link #publish} and {@link #end} are called by one thread at a time for
 * one pid, in the order of its connection; they return at once, and what may block runs on virtual
 * threads. For one pid there is at most one registration or publication under way.
 */
public final class RegistrationService {

    private static final Logger log = LoggerFactory.getLogger(RegistrationService.class);

    private final List<Notifier> notifiers;
    private final Unmatched unmatched;
    private final Identities identities;
    private final RegistrationRateLimiter pace;
    private final LiveTable table;
    private final RegistrationMetrics metrics;
    private final Timeouts limits;
    private final Clock clock;
    private final StringInterner texts = new StringInterner();
    private final ConcurrentMap<Long, Ledger> ledgers = new ConcurrentHashMap<>();
    private volatile boolean accepting = true;

    RegistrationService(
            List<Notifier> notifiers,
            Unmatched unmatched,
            Identities identities,
            RegistrationRateLimiter pace,
            LiveTable table,
            RegistrationMetrics metrics,
            Timeouts limits,
            Clock clock) {
        this.notifiers = List.copyOf(notifiers);
        this.unmatched = unmatched;
        this.identities = identities;
        this.pace = pace;
        this.table = table;
        this.metrics = metrics;
        this.limits = limits;
        this.clock = clock;
    }

    /** The notifiers that are called, in that order. */
    public List<Notifier> notifiers() {
        return notifiers;
    }

    /** How many pids have something left to tell, or may have later. */
    public int ledgers() {
        return ledgers.size();
    }

    /**
     * Has a registration decided.
     *
     * @param link the connection it came on
     * @param decided told the decision, once, on a virtual thread; if that is {@link
     *     Decision.Accepted}, the registration is in the live table
     */
    public void register(
            WorkerLink link, WorkerRegistration registration, Consumer<Decision> decided) {
        Sample arrival = metrics.arrived(link.pid(), registration);
        Ledger ledger =
                ledgers.computeIfAbsent(link.pid(), _ -> new Ledger(link, notifiers.size()));
        ledger.beginDeciding();
        onThread(
                "registration",
                ledger,
                () -> new Deciding(ledger, registration, arrival, decided).begin());
    }

    /**
     * Offers what a worker published to the notifiers that hold it, in their order.
     *
     * @param consumed told whether one of them consumed it, once, on any thread
     */
    public void publish(long pid, String channel, byte[] payload, Consumer<Boolean> consumed) {
        Ledger ledger = ledgers.get(pid);
        if (ledger == null || table.find(pid).isEmpty()) {
            consumed.accept(false);
            return;
        }
        Iterator<NotifierReconciler> entries = ledger.entries().iterator();
        onThread("publication", ledger, () -> publish(ledger, entries, channel, payload, consumed));
    }

    /**
     * The connection has ended: takes it out of the table, then has every holder told.
     *
     * @return its row of the table; null if it had none
     */
    public @Nullable LiveWorker end(long pid) {
        Ledger ledger = ledgers.get(pid);
        if (ledger == null) {
            return null;
        }
        Leave leave = ledger.leave(table);
        if (leave.tellNow()) {
            onThread("end", ledger, () -> tellEnd(ledger));
        }
        return leave.worker();
    }

    /** From now on no registration is accepted, those being decided included. */
    public void stopAccepting() {
        accepting = false;
    }

    /** Accepts registrations again. */
    public void startAccepting() {
        accepting = true;
    }

    private static void onThread(String what, Ledger ledger, Runnable task) {
        Thread.ofVirtual().name(what + "-" + ledger.pid()).start(task);
    }

    private static void publish(
            Ledger ledger,
            Iterator<NotifierReconciler> entries,
            String channel,
            byte[] payload,
            Consumer<Boolean> consumed) {
        while (entries.hasNext()) {
            NotifierReconciler entry = entries.next();
            if (entry.isHolder()) {
                entry.publish(
                        channel,
                        payload,
                        answer -> {
                            if (answer instanceof CallResult.Yes) {
                                consumed.accept(true);
                            } else {
                                onThread(
                                        "publication",
                                        ledger,
                                        () -> publish(ledger, entries, channel, payload, consumed));
                            }
                        });
                return;
            }
        }
        consumed.accept(false);
    }

    private void tellEnd(Ledger ledger) {
        tellEnd(ledger, ledger.entries().reversed().iterator());
    }

    private void tellEnd(Ledger ledger, Iterator<NotifierReconciler> holders) {
        if (holders.hasNext()) {
            holders.next().release(() -> tellEnd(ledger, holders));
        } else {
            endTold(ledger);
        }
    }

    private void endTold(Ledger ledger) {
        identities.release(ledger);
        ledgers.remove(ledger.pid());
        ledger.toldAll();
        if (log.isDebugEnabled()) {
            LiveWorker worker = ledger.entered();
            String identity = worker == null ? null : worker.registration().identity();
            try (WorkerMdc _ = WorkerMdc.of(ledger.pid(), identity)) {
                log.debug("pid {}: every holder was told of its end", ledger.pid());
            }
        }
    }

    /**
     * One registration being decided, by one thread at a time: the one it was begun on, until a
     * call overruns; then another goes on without it.
     */
    private final class Deciding {

        private final Ledger ledger;
        private final WorkerRegistration registration;
        private final Sample arrival;
        private final Consumer<Decision> decided;
        private final List<NotifierReconciler> taken = new ArrayList<>(notifiers.size());
        private boolean matched = notifiers.isEmpty() || unmatched == Unmatched.ACCEPT;
        private int next;
        private boolean unchanged;

        Deciding(
                Ledger ledger,
                WorkerRegistration registration,
                Sample arrival,
                Consumer<Decision> decided) {
            this.ledger = ledger;
            this.registration = texts.share(registration);
            this.arrival = arrival;
            this.decided = decided;
        }

        void begin() {
            table.beginDeciding(ledger.pid());
            proceed(this::admit);
        }

        /** Takes a step, which has no verdict while a notifier is being asked. */
        private void proceed(Supplier<@Nullable Verdict> step) {
            Verdict verdict;
            try {
                verdict = step.get();
            } catch (RuntimeException e) {
                verdict = Verdict.FAULT;
                try (WorkerMdc _ = WorkerMdc.of(ledger.pid(), registration.identity())) {
                    log.error("pid {}: registration could not be decided", ledger.pid(), e);
                }
                ledger.link().close(CloseCause.SERVICE_FAULT, CloseCause.SERVICE_FAULT.reason());
            }
            if (verdict != null) {
                finish(verdict);
            }
        }

        private @Nullable Verdict admit() {
            if (!accepting) {
                return Verdict.DRAINING;
            }
            String violation = RegistrationRules.violation(registration);
            if (violation != null) {
                return Verdict.rejected(Outcome.REJECTED, violation);
            }
            if (!pace.awaitTurn()) {
                return Verdict.TOO_MANY;
            }
            String duplicate = identities.claim(ledger, registration);
            if (duplicate != null) {
                return Verdict.rejected(Outcome.REJECTED, duplicate);
            }
            return ledger.hasEnded() ? Verdict.ABANDONED : askNext();
        }

        private @Nullable Verdict askNext() {
            while (next < notifiers.size()) {
                int place = next++;
                Notifier bean = notifiers.get(place);
                if (bean.matches(registration)) {
                    NotifierReconciler entry = ledger.entry(place, bean, limits);
                    entry.offer(registration, arrival, said -> proceed(() -> hear(entry, said)));
                    return null;
                }
            }
            return conclude();
        }

        private @Nullable Verdict hear(NotifierReconciler entry, CallResult answer) {
            if (ledger.hasEnded()) {
                return Verdict.ABANDONED;
            }
            matched |= !(answer instanceof CallResult.No);
            if (answer instanceof CallResult.Yes) {
                taken.add(entry);
            } else if (!(answer instanceof CallResult.No)
                    && entry.bean().onFailure() == OnFailure.REJECT) {
                undo();
                return Verdict.of(entry.bean(), answer);
            }
            if (next == notifiers.size()) {
                return conclude();
            }
            // Each notifier has a thread of its own.
            onThread("registration", ledger, () -> proceed(this::askNext));
            return null;
        }

        private Verdict conclude() {
            if (!matched) {
                return Verdict.UNMATCHED;
            }
            if (!accepting) {
                undo();
                return Verdict.DRAINING;
            }
            return enter();
        }

        private void undo() {
            taken.reversed().forEach(NotifierReconciler::undo);
        }

        private Verdict enter() {
            List<String> holders = taken.stream().map(entry -> entry.bean().name()).toList();
            LiveWorker worker =
                    new LiveWorker(ledger.link(), registration, holders, clock.instant());
            LiveWorker earlier = ledger.entered();
            unchanged = earlier != null && worker.saysTheSameAs(earlier);
            if (!ledger.enter(table, worker)) {
                return Verdict.ABANDONED;
            }
            for (NotifierReconciler entry : ledger.entries()) {
                if (!taken.contains(entry)) {
                    entry.release();
                }
            }
            return Verdict.ACCEPTED;
        }

        private void finish(Verdict verdict) {
            if (verdict.outcome() != Outcome.ABANDONED && !verdict.equals(Verdict.FAULT)) {
                identities.settle(ledger, verdict.outcome() == Outcome.ACCEPTED);
            }
            table.endDeciding(ledger.pid());
            try {
                metrics.decided(arrival, verdict.outcome());
                log(verdict);
            } finally {
                boolean ended = ledger.endDeciding();
                decided.accept(verdict.decision());
                if (ended) {
                    tellEnd(ledger);
                }
            }
        }

        private static String reason(Verdict verdict) {
            return verdict.decision() instanceof Decision.Rejected(String reason)
                    ? ": " + DisplayText.of(reason)
                    : "";
        }

        private void log(Verdict verdict) {
            String identity = registration.identity();
            try (WorkerMdc _ = WorkerMdc.of(ledger.pid(), identity)) {
                log.atLevel(unchanged ? Level.DEBUG : Level.INFO)
                        .log(
                                "pid {}: registration of '{}' {}{}",
                                ledger.pid(),
                                DisplayText.of(identity),
                                verdict.outcome().label(),
                                reason(verdict));
            }
        }
    }
}
