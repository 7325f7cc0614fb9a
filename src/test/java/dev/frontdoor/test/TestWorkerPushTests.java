package dev.frontdoor.test;

import static dev.frontdoor.test.WebSocketFrame.BINARY;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.frontdoor.notifier.PushRefusal.Code;
import dev.frontdoor.protocol.Bytes;
import dev.frontdoor.protocol.Frame.Pong;
import dev.frontdoor.protocol.Frame.Push;
import dev.frontdoor.protocol.Frame.PushReply;
import dev.frontdoor.protocol.FrameCodec;
import dev.frontdoor.test.server.ServerUnderTest;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.charset.StandardCharsets;

/** How a worker answers pushes. */
class TestWorkerPushTests {

    @AutoClose private ScriptedServerFixture fixture;
    private TestWorker worker;

    @BeforeEach
    void connect() throws Exception {
        fixture = new ScriptedServerFixture();
        worker = fixture.worker();
    }

    @Test
    void pushesAreAnsweredOnTheirOwnAndNotSeen() throws Exception {
        worker.replyToPushes(payload -> new byte[] {(byte) (payload[0] + 1)});
        fixture.write(new Push(0, 3, 99, Bytes.ofHex("07")), new Pong(0));

        assertThat(fixture.received(BINARY))
                .isEqualTo(FrameCodec.encode(new PushReply(0, 3, 99, Bytes.ofHex("08"))));
        worker.expect(Pong.class);
        assertThat(worker.receivedCount()).isEqualTo(2);
    }

    @Test
    void pushThatCameBeforeIsAnsweredToo() throws Exception {
        fixture.write(new Push(0, 3, 99, Bytes.ofHex("07")), new Pong(0));
        ServerUnderTest.eventually(() -> assertThat(worker.receivedCount()).isEqualTo(2));

        worker.replyToPushes(payload -> payload);

        assertThat(fixture.received(BINARY))
                .isEqualTo(FrameCodec.encode(new PushReply(0, 3, 99, Bytes.ofHex("07"))));
        worker.expect(Pong.class);
    }

    @Test
    void pushIsAnsweredWithAReplyOrARefusal() throws Exception {
        worker.answerPushes(push ->
                push.payload().size() > 1
                        ? TestWorker.refusal(push, Code.BUSY, "no place left")
                        : TestWorker.reply(push, new byte[] {8}));
        fixture.write(
                new Push(0, 3, 99, Bytes.ofHex("07")), new Push(0, 3, 100, Bytes.ofHex("0707")));

        assertThat(fixture.received(BINARY))
                .isEqualTo(FrameCodec.encode(new PushReply(0, 3, 99, Bytes.ofHex("08"))));
        assertThat(fixture.received(BINARY))
                .isEqualTo(
                        FrameCodec.encode(
                                new PushReply(
                                        0x01,
                                        3,
                                        100,
                                        utf8("{\"code\":\"busy\",\"words\":\"no place left\"}"))));
    }

    @ParameterizedTest
    @EnumSource
    void refusalIsSpelledCanonically(Code code) {
        Push push = new Push(0, 1, -1, Bytes.EMPTY);

        PushReply refusal =
                TestWorker.refusal(
                        push, code, "\"a\\b\"\b\f\n\r\t\u0000\u001f\u007f/é\uD83D\uDE80");

        assertThat(refusal)
                .isEqualTo(
                        new PushReply(
                                0x01,
                                1,
                                -1,
                                utf8(
                                        "{\"code\":\"%s\",\"words\":\"%s\"}"
                                                .formatted(
                                                        code.label(),
                                                        "\\\"a\\\\b\\\"\\b\\f\\n\\r\\t\\u0000\\u001f\u007f/é\uD83D\uDE80"))));
    }

    @Test
    void wordsOfARefusalAreBounded() {
        Push push = new Push(0, 1, 7, Bytes.EMPTY);
        assertThat(TestWorker.refusal(push, Code.INVALID, "é".repeat(512)).payload().size())
                .isEqualTo("{\"code\":\"invalid\",\"words\":\"\"}".length() + 1024);

        assertThatThrownBy(() -> TestWorker.refusal(push, Code.INVALID, "é".repeat(512) + "x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("words may have at most 1024 bytes, but had 1025");
    }

    @Test
    void aReplyThatThrowsFailsWhatIsExpectedNext() throws Exception {
        worker.replyToPushes(payload -> {
            throw new IllegalStateException("no reply today");
        });
        fixture.write(new Push(0, 3, 99, Bytes.EMPTY));

        assertThatThrownBy(() -> worker.expect(Pong.class))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("no reply today");
    }

    private static Bytes utf8(String text) {
        return Bytes.copyOf(text.getBytes(StandardCharsets.UTF_8));
    }
}
