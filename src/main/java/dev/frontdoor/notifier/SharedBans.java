package dev.frontdoor.notifier;

import java.time.Duration;
import java.util.List;

/**
 * Makes bans hold on more than one instance. The service asks the bean of this type, if there is
 * one. No argument is null, and all methods return without waiting. All but {@link #onChange} are
 * called under a lock.
 */
public interface SharedBans {

    /**
     * Sets what is called when {@link #current} may have changed, on any thread. Called once,
     * before the other methods.
     */
    void onChange(Runnable listener);

    /** The bans that are in force, the changes of this instance included. */
    List<SharedBan> current();

    /** Bans an identity, or replaces its ban. */
    void ban(SharedBan ban);

    /** Ends a ban. */
    void unban(String identity);

    /**
     * A ban.
     *
     * @param disconnects whether the connections of the identity are closed too
     * @param left the time until it ends
     */
    record SharedBan(Ban ban, boolean disconnects, Duration left) {}
}
