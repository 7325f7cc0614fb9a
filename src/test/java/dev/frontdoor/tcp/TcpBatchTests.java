package dev.frontdoor.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;

/** Frames of a TCP connection that are sent together. */
class TcpBatchTests {

    private final Flushes flushes = new Flushes();
    private final EmbeddedChannel channel = new EmbeddedChannel(flushes);
    private final TcpTransport transport =
            new TcpTransport(channel, Duration.ofSeconds(1), Duration.ZERO);

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    @Test
    void framesOfOneBatchAreFlushedTogether() {
        transport.beginBatch();
        for (int frame = 0; frame < 3; frame++) {
            transport.send(new byte[] {1});
        }
        assertThat(channel.outboundMessages()).isEmpty();
        transport.endBatch();
        assertThat(channel.outboundMessages()).hasSize(3);
        assertThat(flushes.count).isEqualTo(1);
    }

    @Test
    void frameOutsideABatchIsFlushedAtOnce() {
        transport.send(new byte[] {1});
        assertThat(channel.outboundMessages()).hasSize(1);
    }

    private static final class Flushes extends ChannelOutboundHandlerAdapter {

        private int count;

        @Override
        public void flush(ChannelHandlerContext ctx) {
            count++;
            ctx.flush();
        }
    }
}
