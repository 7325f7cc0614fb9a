package dev.frontdoor.registration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.notifier.IdentityClaims;
import dev.frontdoor.notifier.IdentityKey;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** Records what is claimed and released. The test answers. */
final class ScriptedClaims implements IdentityClaims {

    final List<String> calls = new CopyOnWriteArrayList<>();
    final List<Claimant> claimants = new CopyOnWriteArrayList<>();
    private final List<CompletableFuture<Answer>> answers = new CopyOnWriteArrayList<>();

    @Override
    public CompletableFuture<Answer> claim(
            IdentityKey identity, Claimant claimant, boolean replaces, Duration atMost) {
        assertThat(atMost).isPositive();
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        answers.add(answer);
        claimants.add(claimant);
        calls.add("claim %s %s".formatted(identity.identity(), claimant.pid()));
        return answer;
    }

    @Override
    public void release(IdentityKey identity, long pid) {
        calls.add("release %s %s".formatted(identity.identity(), pid));
    }

    void answer(int index, Answer answer) {
        answers.get(index).complete(answer);
    }

    void awaitCalls(String... expected) {
        RegistrationFixture.eventually()
                .untilAsserted(() -> assertThat(calls).containsExactly(expected));
    }
}
