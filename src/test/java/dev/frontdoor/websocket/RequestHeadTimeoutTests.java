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

/** Request heads that take longer than {@code request-head-timeout}. */
@ExtendWith(LeakGuard.class)
class RequestHeadTimeoutTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final ServiceContext service =
            new ServiceContext("frontdoor.limits.request-head-timeout=" + TIMEOUT);
    private final WorkersPortChannel client = new WorkersPortChannel(service);

    @AfterEach
    void stop() {
        client.channel.finishAndReleaseAll();
        service.close();
    }

    @Test
    void clientThatSendsNothingIsToldSoAndEnded() {
        service.time().advance(TIMEOUT.minusMillis(10));
        assertThat(client.channel.isOpen()).isTrue();
        service.time().advance(Duration.ofMillis(10));
        assertThat(client.text()).startsWith("HTTP/1.1 408 ").containsIgnoringCase("close");
        assertThat(client.channel.isOpen()).isFalse();
        assertThat(refused()).isOne();
    }

    @Test
    void headThatNeverEndsIsCutOff() {
        String head = upgrade().toString();
        client.receives(head.substring(0, head.length() - 2));
        for (int i = 0; i < 20; i++) {
            client.receives("X: y\r\n");
            service.time().advance(TIMEOUT.dividedBy(20));
        }
        assertThat(client.text()).startsWith("HTTP/1.1 408 ");
        assertThat(client.channel.isOpen()).isFalse();
    }

    @Test
    void idleClientThatHadAResponseIsEndedWithoutAWord() {
        client.receives(get("/pages/1"));
        respond();
        assertThat(client.text()).startsWith("HTTP/1.1 204 ");
        service.time().advance(TIMEOUT);
        assertThat(client.text()).isEmpty();
        assertThat(client.channel.isOpen()).isFalse();
    }

    @Test
    void idleClientThatWasRefusedIsEndedWithoutAWord() {
        client.receives(get("/liminal"));
        assertThat(client.text()).startsWith("HTTP/1.1 426 ");
        service.time().advance(TIMEOUT);
        assertThat(client.text()).isEmpty();
        assertThat(client.channel.isOpen()).isFalse();
        assertThat(refused()).isZero();
    }

    @Test
    void responseMayTakeLongerThanAHead() {
        client.receives(get("/pages/1"));
        service.time().advance(TIMEOUT.multipliedBy(2));
        respond();
        assertThat(client.text()).startsWith("HTTP/1.1 204 ");
        assertThat(client.channel.isOpen()).isTrue();
    }

    @Test
    void workerMaySendNothingForLongerThanAHeadMayTake() {
        client.receives(upgrade().toString());
        assertThat(client.text()).startsWith("HTTP/1.1 101 ");
        service.time().advance(TIMEOUT.minusMillis(10));
        client.channel.pipeline().fireChannelReadComplete();
        service.time().advance(Duration.ofMillis(200));
        assertThat(client.channel.isOpen()).isTrue();
    }

    /** What the application behind the workers' path responds. */
    private void respond() {
        var response =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1, HttpResponseStatus.NO_CONTENT, Unpooled.EMPTY_BUFFER);
        HttpUtil.setContentLength(response, 0);
        ChannelFuture _ = client.channel.writeAndFlush(response);
    }

    private double refused() {
        return service.value("frontdoor.upgrades.refused", "reason", "head_too_slow");
    }
}
