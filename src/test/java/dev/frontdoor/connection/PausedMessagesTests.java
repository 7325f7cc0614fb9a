package dev.frontdoor.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

import org.junit.jupiter.api.Test;

class PausedMessagesTests {

    private final PausedMessages inbox = new PausedMessages();

    @Test
    void messagesComeOutInTheirOrderAndAreTheCallers() {
        ByteBuf first = Unpooled.buffer().writeZero(3);
        ByteBuf second = Unpooled.buffer().writeZero(4);
        inbox.add(first);
        inbox.add(second);
        assertThat(inbox.poll()).isSameAs(first);
        assertThat(inbox.poll()).isSameAs(second);
        assertThat(inbox.poll()).isNull();
        assertThat(first.release()).isTrue();
        assertThat(second.release()).isTrue();
    }

    @Test
    void emptyMessagesHaveAWeightToo() {
        assertThat(inbox.weight()).isZero();
        inbox.add(Unpooled.buffer());
        int empty = inbox.weight();
        assertThat(empty).isPositive();
        inbox.add(Unpooled.buffer().writeZero(100));
        assertThat(inbox.weight()).isEqualTo(2 * empty + 100);
        inbox.release();
    }

    @Test
    void weightIsBackAtZeroOnceAllHasBeenTaken() {
        inbox.add(Unpooled.buffer().writeZero(100));
        ByteBuf message = inbox.poll();
        assertThat(message).isNotNull();
        assertThat(inbox.weight()).isZero();
    }

    @Test
    void whatIsLeftIsReleased() {
        ByteBuf message = Unpooled.buffer().writeZero(3);
        inbox.add(message);
        inbox.release();
        assertThat(message.refCnt()).isZero();
        assertThat(inbox.weight()).isZero();
        assertThat(inbox.poll()).isNull();
    }
}
