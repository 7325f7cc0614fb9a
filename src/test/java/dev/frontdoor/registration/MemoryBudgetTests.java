package dev.frontdoor.registration;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.concurrent.atomic.AtomicBoolean;

class MemoryBudgetTests {

    private static final int ROUNDS = 200_000;

    private final MemoryBudget budget = new MemoryBudget(100);

    @Test
    void whatFitsIsReservedAndGivenBack() {
        assertThat(budget.reserve(100)).isTrue();
        assertThat(budget.reserve(1)).isFalse();
        assertThat(budget.reserve(0)).isTrue();
        budget.release(100);
        assertThat(budget.used()).isZero();
    }

    @Test
    void budgetIsExceededBeyondItsLimit() {
        budget.add(100);
        assertThat(budget.isExceeded()).isFalse();

        budget.add(1);
        assertThat(budget.isExceeded()).isTrue();
    }

    @Test
    void refusalOfOneThreadRefusesNothingToAnother() throws InterruptedException {
        AtomicBoolean done = new AtomicBoolean();
        Thread greedy =
                Thread.ofPlatform()
                        .start(() -> {
                            while (!done.get()) {
                                assertThat(budget.reserve(101)).isFalse();
                            }
                        });
        int refused = 0;
        for (int i = 0; i < ROUNDS; i++) {
            if (budget.reserve(1)) {
                budget.release(1);
            } else {
                refused++;
            }
        }
        done.set(true);
        greedy.join();

        assertThat(refused).isZero();
    }
}
