package dev.frontdoor.registration;

import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.registration.Ledger.Leave;
import dev.frontdoor.registration.NotifierProperties.OnFailure;
import dev.frontdoor.registration.NotifierProperties.Unmatched;
import dev.frontdoor.registration.RegistrationMetrics.Outcome;

import io.micrometer.observation.Observation;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;

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

    private final List<NotifierBean> notifiers;
    private final Unmatched unmatched;
    private final Identities identities;
    private final Pace pace;
    private final LiveTable table;
    private final RegistrationMetrics metrics;
    private final TimeLimits limits;
    private final Clock clock;
    private final ConcurrentMap<Long, Ledger> ledgers = new ConcurrentHashMap<>();
    private volatile boolean accepting = true;

    RegistrationService(
            List<NotifierBean> notifiers,
            Unmatched unmatched,
            Identities identities,
            Pace pace,
            LiveTable table,
            RegistrationMetrics metrics,
            TimeLimits limits,
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
    public List<NotifierBean> notifiers() {
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
        Observation arrival = metrics.arrived(link.pid(), registration);
        Ledger ledger =
                ledgers.computeIfAbsent(link.pid(), _ -> new Ledger(link, notifiers.size()));
        ledger.beginDeciding();
        Thread.ofVirtual()
                .name("registration-" + link.pid())
                .start(() -> decide(ledger, registration, arrival, decided));
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
        Thread.ofVirtual()
                .name("publication-" + pid)
                .start(() -> consumed.accept(publish(ledger, channel, payload)));
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
            Thread.ofVirtual().name("end-" + pid).start(() -> tellEnd(ledger));
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

    private void decide(
            Ledger ledger,
            WorkerRegistration registration,
            Observation arrival,
            Consumer<Decision> decided) {
        table.beginDeciding(ledger.pid());
        Verdict verdict = askOrFail(ledger, registration, arrival);
        table.endDeciding(ledger.pid());
        try {
            metrics.decided(arrival, verdict.outcome());
            log(ledger, registration, verdict);
        } finally {
            boolean ended = ledger.endDeciding();
            decided.accept(verdict.decision());
            if (ended) {
                tellEnd(ledger);
            }
        }
    }

    private Verdict askOrFail(Ledger ledger, WorkerRegistration registration, Observation arrival) {
        try {
            return ask(ledger, registration, arrival);
        } catch (RuntimeException e) {
            try (WorkerFields _ = WorkerFields.of(ledger.pid(), registration.identity())) {
                log.error("pid {}: registration could not be decided", ledger.pid(), e);
            }
            ledger.link().close(Refusal.SERVICE_FAULT, Refusal.SERVICE_FAULT.reason());
            return Verdict.FAULT;
        }
    }

    private Verdict ask(Ledger ledger, WorkerRegistration registration, Observation arrival) {
        if (!accepting) {
            return Verdict.DRAINING;
        }
        if (!pace.awaitTurn()) {
            return Verdict.TOO_MANY;
        }
        IdentityKey identity = IdentityKey.of(registration);
        String duplicate = identities.claim(ledger, identity);
        if (duplicate != null) {
            return Verdict.rejected(Outcome.REJECTED, duplicate);
        }
        Verdict verdict =
                ledger.hasEnded() ? Verdict.ABANDONED : offer(ledger, registration, arrival);
        if (verdict.outcome() != Outcome.ABANDONED) {
            identities.settle(ledger, identity, verdict.outcome() == Outcome.ACCEPTED);
        }
        return verdict;
    }

    private Verdict offer(Ledger ledger, WorkerRegistration registration, Observation arrival) {
        List<LedgerEntry> taken = new ArrayList<>(notifiers.size());
        boolean matched = notifiers.isEmpty() || unmatched == Unmatched.ACCEPT;
        for (int i = 0; i < notifiers.size(); i++) {
            NotifierBean bean = notifiers.get(i);
            if (!bean.matches(registration)) {
                continue;
            }
            LedgerEntry entry = ledger.entry(i, bean, limits);
            Answer answer = entry.offer(registration, arrival);
            if (ledger.hasEnded()) {
                return Verdict.ABANDONED;
            }
            matched |= !(answer instanceof Answer.No);
            if (answer instanceof Answer.Yes) {
                taken.add(entry);
            } else if (!(answer instanceof Answer.No) && bean.onFailure() == OnFailure.REJECT) {
                undo(taken);
                return Verdict.of(bean, answer);
            }
        }
        if (!matched) {
            return Verdict.UNMATCHED;
        }
        if (!accepting) {
            undo(taken);
            return Verdict.DRAINING;
        }
        return enter(ledger, registration, taken);
    }

    private static void undo(List<LedgerEntry> taken) {
        taken.reversed().forEach(LedgerEntry::undo);
    }

    private Verdict enter(Ledger ledger, WorkerRegistration registration, List<LedgerEntry> taken) {
        List<String> holders = taken.stream().map(entry -> entry.bean().name()).toList();
        LiveWorker worker = new LiveWorker(ledger.link(), registration, holders, clock.instant());
        if (!ledger.enter(table, worker)) {
            return Verdict.ABANDONED;
        }
        for (LedgerEntry entry : ledger.entries()) {
            if (!taken.contains(entry)) {
                entry.release();
            }
        }
        return Verdict.ACCEPTED;
    }

    private static boolean publish(Ledger ledger, String channel, byte[] payload) {
        for (LedgerEntry entry : ledger.entries()) {
            if (entry.isHolder() && entry.publish(channel, payload) instanceof Answer.Yes) {
                return true;
            }
        }
        return false;
    }

    private void tellEnd(Ledger ledger) {
        for (LedgerEntry entry : ledger.entries().reversed()) {
            entry.release();
            entry.awaitRest();
        }
        identities.release(ledger);
        ledgers.remove(ledger.pid());
        ledger.toldAll();
        IdentityKey identity = ledger.identity();
        try (WorkerFields _ =
                WorkerFields.of(ledger.pid(), identity == null ? null : identity.identity())) {
            log.debug("pid {}: every holder was told of its end", ledger.pid());
        }
    }

    private static void log(Ledger ledger, WorkerRegistration registration, Verdict verdict) {
        String identity = registration.identity();
        try (WorkerFields _ = WorkerFields.of(ledger.pid(), identity)) {
            log.info(
                    "pid {}: registration of '{}' {}",
                    ledger.pid(),
                    WorkerFields.printable(identity),
                    verdict.outcome().label());
        }
    }

    private record Verdict(Outcome outcome, Decision decision) {

        static final Verdict ACCEPTED = new Verdict(Outcome.ACCEPTED, new Decision.Accepted());
        static final Verdict ABANDONED = new Verdict(Outcome.ABANDONED, new Decision.Abandoned());
        static final Verdict UNMATCHED =
                rejected(Outcome.UNMATCHED, "no notifier takes such a worker");

        static final Verdict TOO_MANY =
                rejected(Outcome.REJECTED, "too many workers register at once; retry later");
        static final Verdict DRAINING =
                rejected(Outcome.REJECTED, "the service is draining; reconnect elsewhere");
        static final Verdict FAULT = rejected(Outcome.FAILED, Refusal.SERVICE_FAULT.reason());

        static Verdict of(NotifierBean bean, Answer answer) {
            return switch (answer) {
                case Answer.Rejected(String reason) -> rejected(Outcome.REJECTED, reason);
                case Answer.Overran _ ->
                        rejected(Outcome.TIMEOUT, "notifier '%s' timed out".formatted(bean.name()));
                case Answer.Failed _, Answer.Yes _, Answer.No _, Answer.Moot _ ->
                        rejected(Outcome.FAILED, "notifier '%s' failed".formatted(bean.name()));
            };
        }

        private static Verdict rejected(Outcome outcome, String reason) {
            return new Verdict(outcome, new Decision.Rejected(reason));
        }
    }
}
