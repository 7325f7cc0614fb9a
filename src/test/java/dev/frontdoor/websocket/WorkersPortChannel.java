package dev.frontdoor.websocket;

import dev.frontdoor.test.WebSocketFrame;
import dev.frontdoor.test.server.Requests;
import dev.frontdoor.test.server.ServiceContext;
import dev.frontdoor.test.server.TestChannel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpServerCodec;

import reactor.netty.NettyPipeline;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** A channel of the workers' port without a socket: what a client sends comes from the test. */
final class WorkersPortChannel {

    final TestChannel channel;

    /** A channel on which nothing was sent yet. */
    WorkersPortChannel(ServiceContext service) {
        channel = service.time().channel();
        channel.pipeline().addLast(NettyPipeline.HttpCodec, new HttpServerCodec());
        service.bean(WorkerServerCustomizer.class).install(channel.pipeline());
    }

    /** A channel that was upgraded. */
    static WorkersPortChannel upgraded(ServiceContext service) {
        WorkersPortChannel upgraded = new WorkersPortChannel(service);
        upgraded.receives(Requests.upgrade().toString());
        String response = upgraded.text();
        if (!response.startsWith("HTTP/1.1 101 ")) {
            throw new AssertionError(response);
        }
        return upgraded;
    }

    void receives(String text) {
        receives(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    void receives(byte[] bytes) {
        channel.writeInbound(Unpooled.copiedBuffer(bytes));
    }

    /** What was sent to the client since the last call. */
    String text() {
        return new String(sent(), StandardCharsets.ISO_8859_1);
    }

    /** The WebSocket frame that was sent to the client since the last call. */
    WebSocketFrame frame() throws IOException {
        return WebSocketFrame.read(new ByteArrayInputStream(sent()));
    }

    private byte[] sent() {
        channel.runPendingTasks();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            all.writeBytes(ByteBufUtil.getBytes(part));
            part.release();
        }
        return all.toByteArray();
    }
}
