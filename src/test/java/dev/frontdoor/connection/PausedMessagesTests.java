package dev.frontdoor.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.registration.MemoryBudget;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

import org.junit.jupiter.api.Test;

class PausedMessagesTests {

    private final PausedMessages inbox =
            new PausedMessages(new MessageReservation(new MemoryBudget(10_000)));

    @Test
    void messagesComeOutInTheirOrderAndAreTheCallers() {
        ByteBuf first = Unpooled.buffer().writeZero(3);
        ByteBuf second = Unpooled.buffer().writeZero(4);
        assertThat(inbox.add(first)).isTrue();
        assertThat(inbox.add(second)).isTrue();
        assertThat(inbox.poll()).isSameAs(first);
        assertThat(inbox.poll()).isSameAs(second);
        assertThat(inbox.poll()).isNull();
        assertThat(first.release()).isTrue();
        assertThat(second.release()).isTrue();
    }

    @Test
    void emptyMessagesHaveAWeightToo() {
        assertThat(inbox.weight()).isZero();
        assertThat(inbox.add(Unpooled.buffer())).isTrue();
        int empty = inbox.weight();
        assertThat(empty).isPositive();
        assertThat(inbox.add(Unpooled.buffer().writeZero(100))).isTrue();
        assertThat(inbox.weight()).isEqualTo(2 * empty + 100);
        inbox.release();
    }

    @Test
    void weightIsBackAtZeroOnceAllHasBeenTaken() {
        assertThat(inbox.add(Unpooled.buffer().writeZero(100))).isTrue();
        ByteBuf message = inbox.poll();
        assertThat(message).isNotNull();
        assertThat(inbox.weight()).isZero();
    }

    @Test
    void whatIsLeftIsReleased() {
        ByteBuf message = Unpooled.buffer().writeZero(3);
        assertThat(inbox.add(message)).isTrue();
        inbox.release();
        assertThat(message.refCnt()).isZero();
        assertThat(inbox.weight()).isZero();
        assertThat(inbox.poll()).isNull();
    }
}
