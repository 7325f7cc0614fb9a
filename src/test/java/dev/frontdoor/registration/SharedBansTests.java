package dev.frontdoor.registration;

import static dev.frontdoor.registration.LinkedWorker.ACCEPTED;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.frontdoor.notifier.Ban;
import dev.frontdoor.notifier.SharedBans;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Bans that hold on more than one instance. */
class SharedBansTests {

    private static final Duration HOUR = Duration.ofHours(1);

    @AutoClose private final RegistrationFixture fixture = new RegistrationFixture();
    private final ScriptedBans shared = new ScriptedBans();
    private final Bans bans = new Bans(fixture.table(), fixture.time(), "host-1/a", shared);

    @Test
    void banOfThisInstanceIsSharedUntilItIsLifted() {
        Ban ban = bans.ban("one", HOUR, "why", true, "a test");

        assertThat(ban.instance()).isEqualTo("host-1/a");
        assertThat(shared.current()).containsExactly(new SharedBans.SharedBan(ban, true, HOUR));
        assertThat(bans.unban("one", "a test")).isTrue();
        assertThat(shared.current()).isEmpty();
    }

    @Test
    void banOfAnotherInstanceIsInForceUntilItsTimeHasPassed() {
        shared.ban(ban("one", HOUR, false));
        shared.changed();

        assertThat(bans.objection("one")).isInstanceOf(Decision.Rejected.class);
        assertThat(bans.inForce()).extracting(Ban::instance).containsExactly("host-2/b");
        fixture.time().advance(HOUR);
        assertThat(bans.objection("one")).isNull();
    }

    @Test
    void banThatAnotherInstanceHasLiftedIsNotInForce() {
        Ban _ = bans.ban("one", HOUR, "", false, "a test");
        shared.bans.clear();
        shared.changed();

        assertThat(bans.objection("one")).isNull();
        assertThat(bans.unban("one", "a test")).isFalse();
    }

    @Test
    void banOfAnotherInstanceClosesWorkersOnce() {
        LinkedWorker worker = fixture.worker();
        assertThat(worker.register("one")).isEqualTo(ACCEPTED);
        shared.ban(ban("one", HOUR, true));
        shared.changed();
        assertThat(worker.closes()).containsExactly(CloseCause.DISCONNECTED);
        // Its ban is not known to the service of this test, so that it can come back.
        LinkedWorker back = fixture.worker();
        assertThat(back.register("one")).isEqualTo(ACCEPTED);

        shared.changed();

        assertThat(back.closes()).isEmpty();
    }

    @Test
    void banReplacesThatOfAnotherInstance() {
        shared.ban(ban("one", HOUR, false));
        shared.changed();
        shared.ban(ban("one", HOUR.multipliedBy(2), false));
        shared.changed();

        fixture.time().advance(HOUR);

        assertThat(bans.objection("one")).isNotNull();
    }

    @Test
    void noMoreIdentitiesAreBannedThanAllowedWhereverTheyWereBanned() {
        for (int i = 0; i < Bans.MAX; i++) {
            shared.ban(ban("w" + i, HOUR, false));
        }
        shared.changed();

        assertThatIllegalStateException()
                .isThrownBy(() -> bans.ban("one", HOUR, "", false, "a test"));
        assertThat(shared.bans).doesNotContainKey("one");
    }

    private static SharedBans.SharedBan ban(String identity, Duration left, boolean disconnects) {
        return new SharedBans.SharedBan(
                new Ban(identity, "why", Instant.EPOCH, Instant.EPOCH.plus(left), "host-2/b"),
                disconnects,
                left);
    }

    /** What other instances have, which the test changes. */
    private static final class ScriptedBans implements SharedBans {

        private final Map<String, SharedBan> bans = new TreeMap<>();
        private Runnable changed = () -> {};

        void changed() {
            changed.run();
        }

        @Override
        public void onChange(Runnable listener) {
            changed = listener;
        }

        @Override
        public List<SharedBan> current() {
            return List.copyOf(bans.values());
        }

        @Override
        public void ban(SharedBan ban) {
            bans.put(ban.ban().identity(), ban);
        }

        @Override
        public void unban(String identity) {
            bans.remove(identity);
        }
    }
}
