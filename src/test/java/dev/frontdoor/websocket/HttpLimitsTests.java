package dev.frontdoor.websocket;

import static dev.frontdoor.test.server.Requests.get;
import static dev.frontdoor.test.server.Requests.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.test.server.LeakGuard;
import dev.frontdoor.test.server.ServiceContext;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.time.Duration;

/** What a channel of the workers' port may do before it is upgraded. */
@ExtendWith(LeakGuard.class)
class HttpLimitsTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(40);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(3);

    private final ServiceContext service =
            new ServiceContext(
                    "frontdoor.limits.http-timeout=" + TIMEOUT,
                    "frontdoor.limits.close-timeout=" + CLOSE_TIMEOUT);

    private final WorkersPortChannel client = new WorkersPortChannel(service);

    @AfterEach
    void stop() {
        client.channel.finishAndReleaseAll();
        service.close();
    }

    @Test
    void fifthRefusalIsTheLastResponse() {
        client.receives(get("/liminal").repeat(20));

        String text = client.text();
        assertThat(text.split("HTTP/1.1 426 ")).hasSize(1 + 5);
        assertThat(text).containsOnlyOnce("connection: close");
        assertThat(client.channel.isOpen()).isFalse();
        assertThat(closed("refused")).isOne();
    }

    @Test
    void channelIsCountedByItsFirstReasonOnly() {
        client.channel.stopTaking();
        client.receives(get("/liminal").repeat(20));
        service.time().advance(CLOSE_TIMEOUT);

        assertThat(client.channel.isOpen()).isFalse();
        assertThat(closed("refused")).isOne();
        assertThat(closed("not_read")).isZero();
    }

    @Test
    void refusalsOfTheApplicationCountToo() {
        for (int i = 0; i < 4; i++) {
            client.receives(get("/nowhere"));
            respond(HttpResponseStatus.NOT_FOUND);
        }
        client.receives(get("/pages/1"));
        respond(HttpResponseStatus.OK);
        assertThat(client.text()).doesNotContainIgnoringCase("connection: close");
        assertThat(client.channel.isOpen()).isTrue();

        client.receives(get("/nowhere"));
        respond(HttpResponseStatus.NOT_FOUND);
        respond(HttpResponseStatus.NOT_FOUND);
        assertThat(client.text())
                .containsOnlyOnce("HTTP/1.1 404 ")
                .containsIgnoringCase("connection: close");
        assertThat(client.channel.isOpen()).isFalse();
    }

    @Test
    void responseInTheSecondHalfOfTheTimeIsTheLast() {
        for (int i = 0; i < 3; i++) {
            exchange(HttpResponseStatus.OK);
            service.time().advance(Duration.ofSeconds(8));
        }
        assertThat(client.text()).contains("200").doesNotContainIgnoringCase("connection: close");
        exchange(HttpResponseStatus.OK);
        assertThat(client.text()).containsIgnoringCase("connection: close");
        assertThat(client.channel.isOpen()).isFalse();
        assertThat(closed("timeout")).isOne();
    }

    @Test
    void bodyThatNeverEndsIsCutOff() {
        client.receives("POST /size HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999\r\n\r\n");
        for (int i = 0; i < 39; i++) {
            client.receives("x");
            service.time().advance(Duration.ofSeconds(1));
        }
        assertThat(client.channel.isOpen()).isTrue();
        service.time().advance(Duration.ofSeconds(1));
        assertThat(client.channel.isOpen()).isFalse();
        assertThat(closed("timeout")).isOne();
    }

    @Test
    void lastResponseThatIsNotReadIsGivenUp() {
        client.channel.stopTaking();
        client.receives(upgrade().with("Content-Length: 5").toString());
        service.time().advance(CLOSE_TIMEOUT.minusMillis(10));
        assertThat(client.channel.isOpen()).isTrue();
        service.time().advance(Duration.ofMillis(10));
        assertThat(client.channel.isOpen()).isFalse();
        assertThat(closed("not_read")).isOne();
    }

    @Test
    void clientThatNeverReadsIs408dOnceAndGivenUp() {
        client.channel.stopTaking();
        service.time().advance(Duration.ofSeconds(10));
        assertThat(client.channel.isOpen()).isTrue();
        service.time().advance(CLOSE_TIMEOUT);
        assertThat(client.channel.isOpen()).isFalse();
        assertThat(closed("not_read")).isOne();
    }

    @Test
    void requestsWaitWhileResponsesAreNotRead() {
        leaveUnread();
        long pending = client.channel.pendingBytes();
        client.receives(get("/liminal") + get("/liminal"));
        client.channel.runPendingTasks();
        assertThat(client.channel.pendingBytes()).isEqualTo(pending);

        client.channel.takeAll();
        assertThat(client.text().split("HTTP/1.1 426 ", -1)).hasSize(1 + 2);
    }

    @Test
    void channelIsReadOnceItsResponsesAreRead() {
        client.channel.config().setAutoRead(false);
        leaveUnread();
        int before = client.channel.reads();
        client.channel.read();
        assertThat(client.channel.reads()).isEqualTo(before);

        client.channel.takeAll();
        client.channel.runPendingTasks();
        assertThat(client.channel.reads()).isEqualTo(before + 1);
    }

    /** The client does not read a response that is larger than what may be pending. */
    private void leaveUnread() {
        client.channel.stopTaking();
        client.receives(get("/pages/1"));
        respond(100_000);
        assertThat(client.channel.isWritable()).isFalse();
    }

    @Test
    void tooManyRequestsAheadOfTheirResponsesEndTheChannel() {
        client.receives(get("/pages/1").repeat(16));
        assertThat(client.channel.isOpen()).isTrue();
        client.receives(get("/pages/1"));
        assertThat(client.channel.isOpen()).isFalse();
        assertThat(closed("pipelined")).isOne();
    }

    @Test
    void tooManyPartsOfWaitingRequestsEndTheChannel() {
        client.receives(get("/pages/1"));
        client.receives(get("/liminal").repeat(64 / 2));
        assertThat(client.channel.isOpen()).isTrue();
        client.receives(get("/liminal"));
        assertThat(client.channel.isOpen()).isFalse();
        assertThat(closed("pipelined")).isOne();
    }

    @Test
    void channelOfManyRequestsInOneReadIsEndedOnce() {
        client.receives(get("/pages/1").repeat(1000));
        assertThat(client.channel.isOpen()).isFalse();
        assertThat(closed("pipelined")).isOne();
    }

    @Test
    void upgradedChannelHasNoneOfTheseLimits() {
        client.receives(upgrade().toString());
        assertThat(client.text()).startsWith("HTTP/1.1 101 ");
        service.time().advance(TIMEOUT.dividedBy(2));
        client.channel.pipeline().fireChannelReadComplete();
        assertThat(closed("timeout")).isZero();
    }

    @Test
    void channelThatTheApplicationUpgradesHasNoneOfTheseLimits() {
        client.receives(upgrade().start("GET /echo HTTP/1.1").toString());
        respond(HttpResponseStatus.SWITCHING_PROTOCOLS);
        assertThat(client.text()).startsWith("HTTP/1.1 101 ");
        service.time().advance(TIMEOUT.multipliedBy(2));
        assertThat(client.channel.isOpen()).isTrue();
    }

    private void exchange(HttpResponseStatus status) {
        client.receives(get("/pages/1"));
        respond(status);
    }

    private void respond(int size) {
        respond(HttpResponseStatus.OK, size);
    }

    private void respond(HttpResponseStatus status) {
        respond(status, 0);
    }

    /** What the application behind the workers' path responds. */
    private void respond(HttpResponseStatus status, int size) {
        var response =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(new byte[size]));
        HttpUtil.setContentLength(response, size);
        ChannelFuture _ = client.channel.writeAndFlush(response);
        client.channel.runPendingTasks();
    }

    private double closed(String reason) {
        return service.value("frontdoor.http.connections.closed", "reason", reason);
    }
}
