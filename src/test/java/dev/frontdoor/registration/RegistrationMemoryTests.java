package dev.frontdoor.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.protocol.WorkerRegistration.Activity;
import dev.frontdoor.registration.RegistrationMemory.Reservation;
import dev.frontdoor.registration.RegistrationMemory.SharedText;
import dev.frontdoor.test.Registrations;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/** Which texts are kept once, and how much room registrations need. */
class RegistrationMemoryTests {

    private static final int LIMIT = 100_000;
    private static final int LARGE = 30_000;

    private final MemoryBudget budget = new MemoryBudget(LIMIT);
    private final RegistrationMemory memory = new RegistrationMemory(budget);

    @Test
    void textsOfTwoWorkersAreTheSameObjects() {
        WorkerRegistration first = reserve(registration("node-1", "one")).registration();
        WorkerRegistration second = reserve(registration("node-1", "two")).registration();

        assertThat(second.namespaces().get(1)).isSameAs(first.namespaces().get(1));
        assertThat(second.taskQueue()).isSameAs(first.taskQueue());
        assertThat(second.node()).isSameAs(first.node());
        assertThat(second.activityTypes().getFirst()).isSameAs(first.activityTypes().getFirst());
        Activity activity = second.activities().getFirst();
        assertThat(activity.name()).isSameAs(first.activityTypes().getFirst());
        assertThat(activity.inputSchemaJson())
                .isSameAs(first.activities().getFirst().inputSchemaJson());
    }

    @Test
    void registrationStaysEqualWhateverItHolds() {
        for (WorkerRegistration registration :
                List.of(
                        registration("node-1", "one"),
                        registration(null, ""),
                        registration("", "one"),
                        new WorkerRegistration(List.of(), "", null, List.of(), "", List.of()))) {
            assertThat(reserve(registration).registration()).isEqualTo(registration);
        }
    }

    @Test
    void registrationBeyondTheLimitFindsNoRoomUntilAnotherIsReleased() {
        Reservation first = reserve(large("a"));
        Reservation _ = reserve(large("b"));
        Reservation _ = reserve(large("c"));
        assertThat(memory.reserve(large("d"))).isNull();

        first.release();

        assertThat(memory.reserve(large("d"))).isNotNull();
    }

    @Test
    void registrationThatCannotBeKeptGivesBackWhatItHad() {
        ConcurrentMap<String, SharedText> full =
                new ConcurrentHashMap<>() {
                    @Override
                    public @Nullable SharedText compute(
                            String text,
                            BiFunction<
                                            ? super String,
                                            ? super @Nullable SharedText,
                                            ? extends @Nullable SharedText>
                                    next) {
                        if (size() == 3) {
                            throw new OutOfMemoryError("scripted");
                        }
                        return super.compute(text, next);
                    }
                };
        RegistrationMemory failing = new RegistrationMemory(budget, full);

        assertThatThrownBy(() -> failing.reserve(registration("node-1", "one")))
                .isInstanceOf(OutOfMemoryError.class);

        assertThat(budget.used()).isZero();
        assertThat(failing.texts()).isZero();
    }

    @Test
    void textThatManyDeclareCountsOnce() {
        for (int i = 0; i < 20; i++) {
            Reservation _ = reserve(large("a"));
        }
        assertThat(budget.used()).isBetween((long) LARGE, 2L * LARGE);
    }

    @Test
    void sharedTextCountsUntilItsLastWorkerLeaves() {
        Reservation first = reserve(large("a"));
        Reservation second = reserve(large("a"));
        first.release();
        assertThat(budget.used()).isGreaterThan(LARGE);
        second.release();
        assertThat(budget.used()).isZero();
        assertThat(memory.texts()).isZero();
    }

    @Test
    void roomIsGivenBackOnce() {
        Reservation first = reserve(large("a"));
        Reservation second = reserve(large("a"));
        first.release();
        first.release();
        assertThat(budget.used()).isGreaterThan(LARGE);
        second.release();
        assertThat(budget.used()).isZero();
    }

    @Test
    void roomUsedTwiceIsGivenBackWithTheLastUse() {
        Reservation first = reserve(large("a"));
        long used = budget.used();
        Reservation again = first.again();
        first.release();
        assertThat(budget.used()).isEqualTo(used);
        again.release();
        assertThat(budget.used()).isZero();
    }

    @Test
    void refusedRegistrationLeavesNothing() {
        assertThat(memory.reserve(Registrations.of("x".repeat(LIMIT)).build())).isNull();
        String[] types = IntStream.range(0, 10).mapToObj(i -> text("t" + i)).toArray(String[]::new);
        assertThat(memory.reserve(Registrations.of("one").activityTypes(types).build())).isNull();
        assertThat(budget.used()).isZero();
        assertThat(memory.texts()).isZero();
    }

    @Test
    void manySmallTextsCountMoreThanTheirCharacters() {
        String[] types = IntStream.range(0, 500).mapToObj(i -> "t" + i).toArray(String[]::new);
        Reservation _ = reserve(Registrations.of("one").activityTypes(types).build());
        assertThat(budget.used()).isGreaterThan(500 * 50);
    }

    @Test
    void wideCharactersCountTwice() {
        Reservation _ = reserve(Registrations.of("one").node("\u65e5".repeat(LARGE)).build());
        assertThat(budget.used()).isGreaterThan(2 * LARGE);
    }

    @Test
    void countingIsExactOnManyThreads() {
        boolean equal =
                IntStream.range(0, 50_000)
                        .parallel()
                        .allMatch(i -> {
                            WorkerRegistration registration = registration("node-" + i % 10, "one");
                            Reservation reservation = reserve(registration);
                            boolean isEqual = reservation.registration().equals(registration);
                            reservation.release();
                            return isEqual;
                        });

        assertThat(equal).isTrue();
        assertThat(budget.used()).isZero();
        assertThat(memory.texts()).isZero();
    }

    private Reservation reserve(WorkerRegistration registration) {
        return Objects.requireNonNull(memory.reserve(registration));
    }

    private static WorkerRegistration large(String letter) {
        return Registrations.of("one").node(text(letter)).build();
    }

    private static String text(String letter) {
        return letter + "x".repeat(LARGE);
    }

    /** A new string object, as decoding makes one. */
    private static WorkerRegistration registration(@Nullable String node, String identity) {
        return new WorkerRegistration(
                List.of(copy("billing"), copy("billing-eu")),
                copy("default"),
                node == null ? null : copy(node),
                List.of(copy("charge")),
                identity,
                List.of(new Activity(copy("charge"), copy("{\"type\":\"object\"}"), copy("{}"))));
    }

    private static String copy(String text) {
        return new String(text.toCharArray());
    }
}
