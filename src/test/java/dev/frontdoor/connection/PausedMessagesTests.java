package dev.frontdoor.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.registration.MemoryBudget;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.Objects;

class PausedMessagesTests {

    private static final int LIMIT = 100_000;
    private static final int PREFERRED = 10_000;

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
    private final MemoryBudget budget = new MemoryBudget(LIMIT);
    private final PausedMessages messages =
            new PausedMessages(
                    allocator,
                    PREFERRED,
                    new MessageReservation(new MessageRoom(budget, new MemoryBudget(LIMIT))));

    @AfterEach
    void allIsGivenBack() {
        messages.release();
        assertThat(held()).isZero();
        assertThat(budget.reserve(LIMIT)).isTrue();
    }

    @Test
    void messagesComeOutInTheirOrder() {
        for (int size : new int[] {3, 0, 4, 5_000}) {
            assertThat(add(size)).isTrue();
        }
        assertThat(polledSize()).isEqualTo(3);
        assertThat(polledSize()).isZero();
        assertThat(add(7)).isTrue();
        assertThat(polledSize()).isEqualTo(4);
        assertThat(polledSize()).isEqualTo(5_000);
        assertThat(polledSize()).isEqualTo(7);
        assertThat(messages.poll()).isNull();
        assertThat(held()).isZero();
    }

    @Test
    void bytesOfAMessageStay() {
        assertThat(messages.add(Unpooled.wrappedBuffer(new byte[] {1, 2}))).isTrue();
        assertThat(messages.add(Unpooled.wrappedBuffer(new byte[] {3}))).isTrue();
        ByteBuf first = polled();
        assertThat(first).isEqualTo(Unpooled.wrappedBuffer(new byte[] {1, 2}));
        ByteBuf second = polled();
        assertThat(second).isEqualTo(Unpooled.wrappedBuffer(new byte[] {3}));
        first.release();
        second.release();
    }

    @Test
    void manySmallMessagesTakeUpLittleMoreThanTheirBytes() {
        for (int i = 0; i < 600; i++) {
            assertThat(add(10)).isTrue();
            assertThat(held()).isLessThanOrEqualTo(PREFERRED);
        }
        assertThat(messages.size()).isBetween(6_000, PREFERRED);
    }

    @Test
    void emptyMessagesHaveASizeToo() {
        assertThat(messages.size()).isZero();
        assertThat(add(0)).isTrue();
        assertThat(messages.size()).isPositive();
    }

    @Test
    void memoryThatIsHeldIsCharged() {
        for (int round = 0; round < 5; round++) {
            for (int size = 100; size < 20_000; size += 3_000) {
                assertThat(add(size)).isTrue();
                long charged = charged();
                assertThat(held()).isLessThanOrEqualTo(charged + MessageReservation.FREE);
            }
            for (int i = 0; i < 7; i++) {
                polledSize();
            }
        }
    }

    @Test
    void messageThatFindsNoRoomIsNotKept() {
        assertThat(budget.reserve(LIMIT - 2 * PREFERRED)).isTrue();
        assertThat(add(PREFERRED)).isTrue();
        assertThat(add(2 * PREFERRED)).isFalse();
        assertThat(polledSize()).isEqualTo(PREFERRED);
        assertThat(messages.poll()).isNull();
        budget.release(LIMIT - 2 * PREFERRED);
    }

    private boolean add(int size) {
        ByteBuf message = Unpooled.buffer(Math.max(size, 1)).writeZero(size);
        try {
            return messages.add(message);
        } finally {
            message.release();
        }
    }

    private ByteBuf polled() {
        return Objects.requireNonNull(messages.poll());
    }

    private int polledSize() {
        ByteBuf message = polled();
        int size = message.readableBytes();
        message.release();
        return size;
    }

    private long held() {
        return allocator.metric().usedDirectMemory() + allocator.metric().usedHeapMemory();
    }

    private long charged() {
        long free = 0;
        while (budget.reserve(1_000)) {
            free += 1_000;
        }
        budget.release(free);
        return LIMIT - free;
    }
}
