package dev.frontdoor.websocket;

import static dev.frontdoor.test.server.Requests.get;
import static dev.frontdoor.test.server.Requests.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.logging.LoggedOutputExtension;
import dev.frontdoor.protocol.Frame.Ping;
import dev.frontdoor.protocol.Frame.Pong;
import dev.frontdoor.protocol.FrameCodec;
import dev.frontdoor.test.WebSocketFrame;
import dev.frontdoor.test.server.LeakGuard;
import dev.frontdoor.test.server.Requests;
import dev.frontdoor.test.server.ServiceContext;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What happens to requests on the workers' port, on one channel. */
@ExtendWith({LeakGuard.class, LoggedOutputExtension.class})
class UpgradeHandlerTests {

    private final ServiceContext service = new ServiceContext();
    private final WorkersPortChannel client = new WorkersPortChannel(service);

    @AfterEach
    void stop() {
        client.channel.finishAndReleaseAll();
        service.close();
    }

    @Test
    void upgradeLeavesOnlyTheWebSocketsHandlers() {
        client.receives(upgrade().toString());
        assertThat(client.text()).startsWith("HTTP/1.1 101 ").contains(Requests.accept());
        List<Class<?>> handlers = new ArrayList<>();
        for (var handler : client.channel.pipeline()) {
            handlers.add(handler.getValue().getClass());
        }
        assertThat(handlers)
                .extracting(Class::getSimpleName)
                .containsExactly("WebSocketDecoder", "WebSocket13FrameEncoder", "WebSocketHandler");
        assertThat(client.channel.config().isAutoRead()).isTrue();
    }

    @Test
    void frameBehindTheHeadIsTheWorkersFirst() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(upgrade().toString().getBytes(StandardCharsets.US_ASCII));
        bytes.writeBytes(WebSocketFrame.message(new Ping(0)));
        client.receives(bytes.toByteArray());
        String sent = client.text();
        int end = sent.indexOf("\r\n\r\n") + 4;
        WebSocketFrame frame =
                WebSocketFrame.read(
                        new ByteArrayInputStream(
                                sent.substring(end).getBytes(StandardCharsets.ISO_8859_1)));
        assertThat(FrameCodec.decode(ByteBuffer.wrap(frame.payload().toByteArray())))
                .isEqualTo(new Pong(0));
    }

    @Test
    void otherRequestsPassOnUntouched() {
        client.receives(get("/pages/1"));
        HttpRequest request = client.channel.readInbound();
        assertThat(request.uri()).isEqualTo("/pages/1");
    }

    @Test
    void upgradeWaitsForTheResponsesBeforeIt() {
        client.receives(get("/pages/1") + get("/pages/2") + upgrade());
        assertThat(client.text()).isEmpty();
        respond();
        assertThat(client.text()).startsWith("HTTP/1.1 204 ").doesNotContain("101");
        respond();
        String rest = client.text();
        assertThat(rest).startsWith("HTTP/1.1 204 ").contains("HTTP/1.1 101 ");
    }

    @Test
    void refusalWaitsForTheResponsesBeforeIt() {
        client.receives(get("/pages/1") + get("/liminal") + get("/pages/2"));
        assertThat(client.channel.inboundMessages()).hasSize(2);
        respond();
        String sent = client.text();
        assertThat(sent.indexOf("204")).isLessThan(sent.indexOf("426"));
        assertThat(client.channel.inboundMessages()).hasSize(4);
    }

    @Test
    void readOfRequestsThatWaitedIsCompleted() {
        List<String> events = new ArrayList<>();
        client.channel
                .pipeline()
                .addLast(
                        new ChannelInboundHandlerAdapter() {
                            @Override
                            public void channelRead(ChannelHandlerContext ctx, Object message) {
                                events.add("read");
                                ReferenceCountUtil.release(message);
                            }

                            @Override
                            public void channelReadComplete(ChannelHandlerContext ctx) {
                                events.add("complete");
                            }
                        });
        client.receives(get("/pages/1") + get("/liminal") + get("/pages/2"));
        events.clear();
        respond();

        assertThat(events).contains("read").endsWith("complete");
    }

    @Test
    void refusedUpgradesAreLoggedAndSummarized(CapturedOutput output) {
        for (int i = 0; i < 100; i++) {
            WorkersPortChannel next = new WorkersPortChannel(service);
            next.receives(get("/liminal"));
            boolean _ = next.channel.finishAndReleaseAll();
        }
        assertThat(output.toString().lines().filter(line -> line.contains("status 426")))
                .hasSize(10);
        assertThat(output).contains("an upgrade from embedded was refused with status 426");
    }

    @Test
    void interimResponseIsNotTheAnswer() {
        client.receives(get("/pages/1") + upgrade());
        ChannelFuture _ =
                client.channel.writeAndFlush(
                        new DefaultFullHttpResponse(
                                HttpVersion.HTTP_1_1,
                                HttpResponseStatus.CONTINUE,
                                Unpooled.EMPTY_BUFFER));
        assertThat(client.text()).startsWith("HTTP/1.1 100 ").doesNotContain("101");
        respond();
        assertThat(client.text()).contains("HTTP/1.1 101 ");
    }

    @Test
    void requestThatCannotBeReadFurtherEndsTheConnection() {
        client.receives(upgrade().with("Content-Length: 5").toString());
        assertThat(client.text()).startsWith("HTTP/1.1 400 ").containsIgnoringCase("close");
        assertThat(client.channel.isOpen()).isFalse();
    }

    /** What the application behind the workers' path responds. */
    private void respond() {
        var response =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1, HttpResponseStatus.NO_CONTENT, Unpooled.EMPTY_BUFFER);
        HttpUtil.setContentLength(response, 0);
        ChannelFuture _ = client.channel.writeAndFlush(response);
        client.channel.runPendingTasks();
    }
}
