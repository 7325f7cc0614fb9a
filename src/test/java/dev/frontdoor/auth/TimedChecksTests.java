package dev.frontdoor.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.frontdoor.auth.AuthenticationResult.Accepted;
import dev.frontdoor.auth.AuthenticationResult.Refused;
import dev.frontdoor.auth.AuthenticationResult.Unavailable;
import dev.frontdoor.invocation.thread.TestTime;
import dev.frontdoor.invocation.thread.Timeouts;
import dev.frontdoor.logging.LoggedOutputExtension;
import dev.frontdoor.logging.RepeatedLines;
import dev.frontdoor.notifier.AuthenticationException;
import dev.frontdoor.notifier.Authenticator;
import dev.frontdoor.notifier.Credentials;
import dev.frontdoor.notifier.Principal;
import dev.frontdoor.test.server.SettingsBinder;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** What an authenticator does to the service: at most two of its calls run, and three wait. */
@ExtendWith(LoggedOutputExtension.class)
class TimedChecksTests {

    private static final Duration MAX_WAIT = Duration.ofSeconds(60);

    private final TestTime time = new TestTime();
    private final CheckRecord record = new CheckRecord(2, time);
    private final TimedChecks checks =
            new TimedChecks(
                    "authenticator",
                    SettingsBinder.bind(
                            AuthProperties.class,
                            Map.of(
                                    "frontdoor.auth.max-concurrent-checks", "2",
                                    "frontdoor.auth.max-waiting-checks", "3")),
                    record,
                    new Timeouts(time),
                    new RepeatedLines((_, _) -> {}));
    private final List<AuthenticationResult> results = new CopyOnWriteArrayList<>();
    private final CountDownLatch release = new CountDownLatch(1);
    private final AtomicInteger calls = new AtomicInteger();

    @AfterEach
    void release() {
        release.countDown();
    }

    @Test
    void principalOfTheAuthenticatorIsTheResult() {
        Principal principal = new Principal("alice");
        assertThat(ask(_ -> principal)).isNull();

        eventually(1);
        assertThat(results.getFirst()).isEqualTo(new Accepted(principal, Credential.IRREVOCABLE));
    }

    @Test
    void refusalIsTheResultAndItsReasonDoesNotShowTheToken() {
        assertThat(
                        ask(credentials -> {
                            throw new AuthenticationException(
                                    "no such token: " + credentials.token());
                        }))
                .isNull();

        eventually(1);
        assertThat(results).containsExactly(new Refused("no such token: (hidden)"));
    }

    @Test
    @SuppressWarnings("NullAway") // An author may return null.
    void whateverElseIsThrownMeansThatItCannotBeCheckedNow(CapturedOutput output) {
        ask(credentials -> {
            throw new IllegalStateException("failed for " + credentials.token());
        });
        ask(_ -> {
            throw new StackOverflowError();
        });
        ask(_ -> null);

        eventually(3);
        assertThat(results).containsOnly(new Unavailable());
        assertThat(output.getAll())
                .contains("failed for (hidden)", "it returned null")
                .doesNotContain("top-secret");
    }

    @Test
    void checkBeyondItsTimeLimitCannotBeMadeNowAndKeepsItsThread() {
        ask(this::hangs);
        await().atMost(MAX_WAIT).until(() -> calls.get() == 1);

        time.advance(Duration.ofSeconds(2));
        eventually(1);
        assertThat(results).containsExactly(new Unavailable());
        assertThat(checks.running()).isEqualTo(1);

        release.countDown();
        await().atMost(MAX_WAIT).until(() -> checks.running() == 0);
        assertThat(results).hasSize(1);
    }

    @Test
    void floodRunsOnTheseThreadsWaitsUpToTheLimitAndTheRestIsRefusedAtOnce() {
        ask(this::hangs);
        ask(this::hangs);
        await().atMost(MAX_WAIT).until(() -> calls.get() == 2);
        int refused = 0;
        for (int i = 0; i < 1000; i++) {
            refused += ask(this::hangs) == null ? 0 : 1;
        }
        assertThat(refused).isEqualTo(997);
        assertThat(checks.running()).isEqualTo(2);
        assertThat(checks.waiting()).isEqualTo(3);

        time.advance(Duration.ofSeconds(2));
        eventually(5);
        assertThat(results).containsOnly(new Unavailable());
        assertThat(checks.waiting()).isZero();
        assertThat(calls).hasValue(2);
        release.countDown();
        await().atMost(MAX_WAIT).until(() -> checks.running() == 0);
    }

    @Test
    void checkThatNobodyAwaitsAnyMoreIsNotMade() {
        ask(this::hangs);
        ask(this::hangs);
        await().atMost(MAX_WAIT).until(() -> calls.get() == 2);
        AuthenticatorMethod method = new AuthenticatorMethod(this::hangs, checks);
        assertThat(method.check(new PresentedCredentials(credentials()), () -> false, results::add))
                .isNull();
        ask(_ -> new Principal("next"));

        release.countDown();
        eventually(3);
        assertThat(calls).hasValue(2);
        assertThat(checks.waiting()).isZero();
    }

    @Test
    void interruptOfOneCheckDoesNotReachTheNext() {
        for (int i = 0; i < 20; i++) {
            int before = calls.get();
            CountDownLatch interrupted = new CountDownLatch(1);
            ask(_ -> {
                calls.incrementAndGet();
                try {
                    boolean _ = release.await(MAX_WAIT.toSeconds(), TimeUnit.SECONDS);
                } catch (InterruptedException _) {
                    interrupted.countDown();
                }
                return new Principal("late");
            });
            await().atMost(MAX_WAIT).until(() -> calls.get() == before + 1);
            time.advance(Duration.ofSeconds(2));
            await().atMost(MAX_WAIT).until(() -> interrupted.getCount() == 0);
        }
        results.clear();
        ask(_ -> {
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            return new Principal("next");
        });
        eventually(1);
        assertThat(results.getFirst()).isInstanceOf(Accepted.class);
    }

    @Test
    void checkBetweenTwoAttemptsHasNoThreadAndGoesOnLater() {
        AtomicReference<Runnable> resume = new AtomicReference<>();
        assertThat(checks.begin(first(resume::set), () -> true, results::add)).isNull();
        await().atMost(MAX_WAIT).until(() -> resume.get() != null && checks.running() == 0);
        assertThat(results).isEmpty();

        resume.get().run();
        eventually(1);
        assertThat(results.getFirst()).isInstanceOf(Refused.class);
        assertThat(calls).hasValue(2);
        assertThat(checks.waiting()).isZero();
    }

    @Test
    void checkThatMayGoOnBeforeItsAttemptReturnsLosesNothing() {
        for (int i = 1; i <= 20; i++) {
            calls.set(0);
            assertThat(checks.begin(first(Runnable::run), () -> true, results::add)).isNull();
            eventually(i);
        }
        await().atMost(MAX_WAIT).until(() -> checks.running() == 0);
        assertThat(checks.waiting()).isZero();
    }

    @Test
    void checkBetweenTwoAttemptsHasItsTimeLimit() {
        AtomicReference<Runnable> resume = new AtomicReference<>();
        assertThat(checks.begin(first(resume::set), () -> true, results::add)).isNull();
        await().atMost(MAX_WAIT).until(() -> resume.get() != null && checks.running() == 0);

        time.advance(Duration.ofSeconds(2));
        assertThat(results).containsExactly(new Unavailable());
        resume.get().run();
        assertThat(checks.waiting()).isZero();
        assertThat(calls).hasValue(1);
    }

    @Test
    void checkWhoseWorkerIsGoneIsNotGoneOnWith() {
        AtomicReference<Runnable> resume = new AtomicReference<>();
        AtomicBoolean awaited = new AtomicBoolean(true);
        assertThat(checks.begin(first(resume::set), awaited::get, results::add)).isNull();
        await().atMost(MAX_WAIT).until(() -> resume.get() != null && checks.running() == 0);
        awaited.set(false);
        resume.get().run();
        await().atMost(MAX_WAIT).until(() -> checks.waiting() == 0 && checks.running() == 0);

        assertThat(calls).hasValue(1);
        assertThat(results).isEmpty();
    }

    @Test
    void attemptThatThrowsLetsGoOfItsThreadAndCannotBeMadeNow() {
        for (int i = 1; i <= 20; i++) {
            assertThat(checks.begin(this::outOfMemory, () -> true, results::add)).isNull();
            eventually(i);
        }
        assertThat(results).containsOnly(new Unavailable());
        CountDownLatch interrupted = new CountDownLatch(1);
        ask(_ -> {
            calls.incrementAndGet();
            try {
                boolean _ = release.await(MAX_WAIT.toSeconds(), TimeUnit.SECONDS);
            } catch (InterruptedException _) {
                interrupted.countDown();
            }
            return new Principal("next");
        });
        await().atMost(MAX_WAIT).until(() -> calls.get() == 1);

        time.advance(Duration.ofMillis(1999));
        assertThat(interrupted.getCount()).isEqualTo(1);
        release.countDown();
        eventually(21);
        assertThat(results.getLast()).isInstanceOf(Accepted.class);
    }

    @Test
    void checksThatKeepAllThreadsAreAFaultUntilOneReturns() {
        ask(this::hangs);
        ask(this::hangs);
        await().atMost(MAX_WAIT).until(() -> calls.get() == 2);
        assertThat(record.fault()).isNull();

        time.advance(Duration.ofSeconds(2));
        eventually(2);
        assertThat(record.overdue()).isEqualTo(2);
        assertThat(record.fault())
                .isEqualTo("checks that exceeded their timeout occupy all 2 threads");
        assertThat(record.lastFailure())
                .isNotNull()
                .extracting(CheckRecord.Failure::error)
                .isEqualTo("no return within PT2S");

        release.countDown();
        await().atMost(MAX_WAIT).until(() -> record.overdue() == 0);
        assertThat(record.fault()).isNull();
    }

    @Test
    void fiveFailuresInARowAreAFaultUntilACheckSucceeds() {
        for (int i = 1; i <= 5; i++) {
            assertThat(record.fault()).isNull();
            ask(_ -> {
                throw new IllegalStateException("secret");
            });
            eventually(i);
        }
        assertThat(record.fault()).isEqualTo("all recent checks failed");
        assertThat(record.lastFailure())
                .isNotNull()
                .extracting(CheckRecord.Failure::error)
                .isEqualTo(IllegalStateException.class.getName());

        ask(_ -> {
            throw new AuthenticationException("a refusal is an answer");
        });
        eventually(6);
        assertThat(record.fault()).isNull();
    }

    @Test
    void checkThatWaitsForSomethingElseThanAThreadIsNoFault() {
        for (int i = 1; i <= 5; i++) {
            calls.set(0);
            AtomicReference<Runnable> resume = new AtomicReference<>();
            assertThat(checks.begin(first(resume::set), () -> true, results::add)).isNull();
            await().atMost(MAX_WAIT).until(() -> resume.get() != null && checks.running() == 0);
            time.advance(Duration.ofSeconds(2));
            eventually(i);
        }
        assertThat(record.fault()).isNull();
        assertThat(record.lastFailure()).isNull();
    }

    private AuthenticationResult outOfMemory(Runnable resume) {
        throw new OutOfMemoryError("scripted");
    }

    /** A check whose first attempt has no result. */
    private TimedChecks.Attempt first(Consumer<Runnable> onFirst) {
        return resume -> {
            if (calls.incrementAndGet() == 1) {
                onFirst.accept(resume);
                return null;
            }
            return new Refused("second attempt");
        };
    }

    private Principal hangs(Credentials credentials) {
        calls.incrementAndGet();
        boolean released = false;
        while (!released) {
            try {
                released = release.await(MAX_WAIT.toSeconds(), TimeUnit.SECONDS);
                break;
            } catch (InterruptedException _) {
                // Code that does not end when it is interrupted.
            }
        }
        return new Principal("late");
    }

    private @Nullable AuthenticationResult ask(Authenticator authenticator) {
        return new AuthenticatorMethod(authenticator, checks)
                .check(new PresentedCredentials(credentials()), () -> true, results::add);
    }

    private static Credentials credentials() {
        return new Credentials("top-secret", null, "192.0.2.1:4711", null);
    }

    private void eventually(int count) {
        await().atMost(MAX_WAIT).untilAsserted(() -> assertThat(results).hasSize(count));
    }
}
