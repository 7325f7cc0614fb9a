package dev.frontdoor.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.protocol.FrameType;
import dev.frontdoor.registration.MemoryBudget;
import dev.frontdoor.registration.settings.LimitProperties;
import dev.frontdoor.test.server.SettingsBinder;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Which messages are kept while a frame is processed, and when reading stops. */
class InboundMessagesTests {

    private static final int MAX_BYTES = 10_000;

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final MemoryBudget budget = new MemoryBudget(3L * MAX_BYTES);
    private final AtomicInteger dropped = new AtomicInteger();
    private final InboundMessages inbound =
            new InboundMessages(channel, limits(MAX_BYTES), room(budget), dropped::incrementAndGet);

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
    void whatIsKeptStaysWithinTheLimitWhateverOneReadBrings() {
        int limit = 64 * 1024;
        MemoryBudget ample = new MemoryBudget(1 << 20);
        InboundMessages messages =
                new InboundMessages(channel, limits(limit), room(ample), dropped::incrementAndGet);
        messages.pause();
        int frame = 10;
        int onTheWire = frame + 6;
        while (messages.isReading()) {
            for (int i = 0; i < ChannelReads.MAX_SIZE / onTheWire; i++) {
                messages.receive(Unpooled.buffer(frame).writeZero(frame), ByteBuf::release);
            }
        }
        assertThat(ample.reserve((1 << 20) - limit)).isTrue();
        assertThat(dropped).hasValue(0);
        messages.discard();
    }

    @Test
    void whatComesAlthoughReadingHasStoppedIsNotKept() {
        int limit = 64 * 1024;
        MemoryBudget ample = new MemoryBudget(1 << 20);
        InboundMessages messages =
                new InboundMessages(channel, limits(limit), room(ample), dropped::incrementAndGet);
        messages.pause();
        for (int i = 0; i < 200; i++) {
            messages.receive(Unpooled.buffer(1000).writeZero(1000), ByteBuf::release);
        }
        assertThat(dropped).hasPositiveValue();
        assertThat(ample.reserve((1 << 20) - limit - 1004)).isTrue();
        messages.discard();
    }

    @Test
    void whatWasReadTogetherWithTheEndOfALargeMessageIsKept() {
        MemoryBudget ample = new MemoryBudget(1 << 20);
        InboundMessages messages =
                new InboundMessages(
                        channel, limits(64 * 1024), room(ample), dropped::incrementAndGet);
        messages.pause();
        int large = 200_000;
        messages.receive(Unpooled.buffer(large).writeZero(large), ByteBuf::release);
        assertThat(messages.isReading()).isFalse();

        int rest = ChannelReads.MAX_SIZE;
        messages.receive(Unpooled.buffer(10).writeZero(10), ByteBuf::release);
        messages.receive(Unpooled.buffer(rest).writeZero(rest), ByteBuf::release);

        assertThat(dropped).hasValue(0);
        List<Integer> handled = new ArrayList<>();
        messages.resume(message -> {
            handled.add(message.readableBytes());
            message.release();
        });
        assertThat(handled).containsExactly(large, 10, rest);
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

    @Test
    void messageThatFindsNoRoomInTheBudgetOfAllIsDropped() {
        assertThat(budget.reserve(2 * MAX_BYTES)).isTrue();
        inbound.pause();

        assertThat(keep(FrameType.PING, MAX_BYTES)).isFalse();
        assertThat(dropped).hasValue(1);
        assertThat(keep(FrameType.PING, MAX_BYTES / 2)).isTrue();
        assertThat(dropped).hasValue(1);
    }

    @Test
    void keptMessagesGiveTheirRoomBack() {
        inbound.pause();
        assertThat(keep(FrameType.PING, MAX_BYTES)).isTrue();
        inbound.resume(ByteBuf::release);
        inbound.pause();
        assertThat(keep(FrameType.PING, MAX_BYTES)).isTrue();
        inbound.discard();

        assertThat(budget.reserve(3 * MAX_BYTES)).isTrue();
    }

    private static LimitProperties limits(int maxInboundBytes) {
        return SettingsBinder.bind(
                LimitProperties.class,
                Map.of("frontdoor.limits.max-inbound-bytes", maxInboundBytes + "B"));
    }

    private void writable(boolean writable) {
        channel.unsafe().outboundBuffer().setUserDefinedWritability(1, writable);
        inbound.adjustReading();
    }

    /** Receives a message. Returns whether it is kept. */
    private boolean keep(FrameType type, int size) {
        AtomicBoolean handled = new AtomicBoolean();
        int before = dropped.get();
        ByteBuf message = Unpooled.buffer(size).writeByte(type.code()).writeZero(size - 1);
        inbound.receive(
                message,
                received -> {
                    handled.set(true);
                    received.release();
                });
        assertThat(message.refCnt()).isZero();
        return !handled.get() && dropped.get() == before;
    }

    private static MessageRoom room(MemoryBudget budget) {
        return new MessageRoom(budget, new MemoryBudget(Long.MAX_VALUE));
    }
}
