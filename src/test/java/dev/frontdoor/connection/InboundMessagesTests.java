package dev.frontdoor.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.protocol.FrameType;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/** Which messages are kept while a frame is processed, and when reading stops. */
class InboundMessagesTests {

    private static final int MAX_BYTES = 10_000;

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final InboundMessages inbound = new InboundMessages(channel, MAX_BYTES);

    @AfterEach
    void releaseAll() {
        inbound.discard();
        channel.finishAndReleaseAll();
    }

    @Test
    void readingStopsWhileTooManyBytesAreKept() {
        inbound.pause();

        assertThat(keep(FrameType.PING, 1)).isTrue();
        assertThat(inbound.isReading()).isTrue();
        assertThat(keep(FrameType.PING, MAX_BYTES)).isTrue();
        assertThat(inbound.isReading()).isFalse();

        List<Integer> handled = new ArrayList<>();
        inbound.resume(message -> {
            handled.add(message.readableBytes());
            message.release();
        });
        assertThat(handled).containsExactly(1, MAX_BYTES);
        assertThat(inbound.isReading()).isTrue();
    }

    @Test
    void readingStopsWhileTheWorkerLeavesItsMessagesUnread() {
        writable(false);
        assertThat(inbound.isReading()).isFalse();

        writable(true);
        assertThat(inbound.isReading()).isTrue();
    }

    @Test
    void replyToAPushIsNotKept() {
        inbound.pause();

        assertThat(keep(FrameType.PUSH_REPLY, MAX_BYTES)).isFalse();
        assertThat(inbound.isReading()).isTrue();
    }

    @Test
    void afterTheEndReadingGoesOnWhateverIsUnread() {
        inbound.pause();
        assertThat(keep(FrameType.PING, MAX_BYTES)).isTrue();
        writable(false);

        inbound.discard();

        assertThat(inbound.isReading()).isTrue();
    }

    private void writable(boolean writable) {
        channel.unsafe().outboundBuffer().setUserDefinedWritability(1, writable);
        inbound.adjustReading();
    }

    /** Offers a message, and releases it if it is not kept. */
    private boolean keep(FrameType type, int size) {
        ByteBuf message = Unpooled.buffer(size).writeByte(type.code()).writeZero(size - 1);
        boolean kept = inbound.keep(message);
        if (!kept) {
            message.release();
        }
        return kept;
    }
}
