package dev.frontdoor.registration;

import dev.frontdoor.invocation.CallResult;
import dev.frontdoor.invocation.NotifierReconciler;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The calls that follow the acknowledgment of a registration, to all holders at once. Used in the
 * order of the connection, like its {@link Ledger}.
 */
final class AdmittedCalls {

    private static final CompletableFuture<?> NONE = CompletableFuture.completedFuture(null);

    private List<NotifierReconciler> called = List.of();
    private CompletableFuture<?> end = NONE;

    /** Calls those of the entries that hold the pid and follow acknowledgments. */
    void begin(List<NotifierReconciler> entries) {
        List<NotifierReconciler> holders = followersOf(entries);
        if (holders.isEmpty()) {
            called = holders;
            end = NONE;
            return;
        }
        List<CompletableFuture<CallResult>> calls = new ArrayList<>();
        for (NotifierReconciler holder : holders) {
            CompletableFuture<CallResult> call = new CompletableFuture<>();
            holder.admit(call::complete);
            calls.add(call);
        }
        called = holders;
        end = CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new));
    }

    private static List<NotifierReconciler> followersOf(List<NotifierReconciler> entries) {
        List<NotifierReconciler> followers = List.of();
        for (NotifierReconciler entry : entries) {
            if (entry.notifier().followsAdmissions() && entry.isHolderInSync()) {
                if (followers.isEmpty()) {
                    followers = new ArrayList<>(entries.size());
                }
                followers.add(entry);
            }
        }
        return followers;
    }

    /** Skips the calls that have not begun. */
    void cancel() {
        if (!end.isDone()) {
            called.forEach(NotifierReconciler::cancel);
        }
    }

    /** Goes on when all calls have returned or exceeded their timeouts: now, or on their thread. */
    void afterwards(Runnable action) {
        if (end.isDone()) {
            action.run();
        } else {
            var _ = end.thenRun(action);
        }
    }
}
