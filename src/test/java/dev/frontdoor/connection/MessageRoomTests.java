package dev.frontdoor.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.registration.MemoryBudget;

import org.junit.jupiter.api.Test;

class MessageRoomTests {

    private final MemoryBudget all = new MemoryBudget(100);
    private final MemoryBudget unproven = new MemoryBudget(25);
    private final MessageRoom room = new MessageRoom(all, unproven);
    private final MessageRoom other = new MessageRoom(all, unproven);

    @Test
    void workersThatHaveNotProvedThemselvesShareAPart() {
        assertThat(room.reserve(20)).isTrue();
        assertThat(other.reserve(6)).isFalse();
        assertThat(other.reserve(5)).isTrue();
        room.release(20);
        assertThat(other.reserve(20)).isTrue();
        assertThat(all.reserve(76)).isFalse();
        assertThat(all.reserve(75)).isTrue();
    }

    @Test
    void workerThatHasProvedItselfLeavesThePart() {
        assertThat(room.reserve(25)).isTrue();
        room.onProven();
        room.onProven();
        assertThat(room.reserve(50)).isTrue();
        assertThat(other.reserve(25)).isTrue();
        room.release(75);
        assertThat(other.reserve(1)).isFalse();
        assertThat(all.reserve(75)).isTrue();
    }

    @Test
    void roomThatIsMissingInAllIsNotTakenOfThePart() {
        assertThat(all.reserve(90)).isTrue();
        assertThat(room.reserve(20)).isFalse();
        all.release(90);
        assertThat(room.reserve(25)).isTrue();
    }
}
