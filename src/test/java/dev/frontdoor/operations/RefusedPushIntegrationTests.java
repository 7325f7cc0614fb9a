package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.frontdoor.notifier.PushException;
import dev.frontdoor.notifier.PushException.Reason;
import dev.frontdoor.notifier.PushRefusal;
import dev.frontdoor.notifier.PushRefusal.Code;
import dev.frontdoor.notifier.Workers;
import dev.frontdoor.protocol.Bytes;
import dev.frontdoor.protocol.Frame.Push;
import dev.frontdoor.protocol.Frame.PushReply;
import dev.frontdoor.protocol.FrameCodec;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.BothTransports;
import dev.frontdoor.test.server.ScriptedNotifier;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.TestApplication;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Qualifier;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** A worker that refuses a push, over the wire: section 5 of the protocol. */
@FrontDoorTest("frontdoor.pushes.max-pending-per-worker=1")
@BothTransports
class RefusedPushIntegrationTests {

    private static final PushRefusal MALFORMED =
            new PushRefusal(Code.UNAVAILABLE, "the worker's refusal was malformed");

    private final ServerUnderTest server;
    private final Workers workers;
    private final ScriptedNotifier firstNotifier;
    private TestWorker worker;
    private long pid;

    RefusedPushIntegrationTests(
            ServerUnderTest server,
            Workers workers,
            @Qualifier(TestApplication.FIRST) ScriptedNotifier firstNotifier) {
        this.server = server;
        this.workers = workers;
        this.firstNotifier = firstNotifier;
    }

    @BeforeEach
    void register() throws IOException {
        String identity = server.newIdentity();
        worker = server.register(identity);
        pid = firstNotifier.pidOf(identity);
    }

    @AfterEach
    void leave() {
        worker.close();
    }

    @ParameterizedTest
    @EnumSource
    void refusalOfEachCodeReachesWhoeverPushed(Code code) {
        assertRefused(
                PushReply.REFUSAL,
                "{\"code\":\"%s\",\"words\":\"not now\"}".formatted(code.label()),
                new PushRefusal(code, "not now"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"words\":\"queue full\",\"code\":\"busy\"}",
                " {\n\"code\" : \"busy\" , \"words\" : \"queue full\" } ",
                "{\"c\\u006Fde\":\"\\u0062usy\",\"words\":\"queue\\u0020full\"}"
            })
    void otherSpellingsMeanTheSame(String record) {
        assertRefused(PushReply.REFUSAL, record, new PushRefusal(Code.BUSY, "queue full"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "busy",
                "{\"code\":\"full\",\"words\":\"secret\"}",
                "{\"code\":\"busy\",\"words\":\"secret\",\"words\":\"secret\"}",
                "{\"code\":\"busy\",\"words\":\"\\uD800\"}",
                "{\"code\":\"busy\",\"words\":\"secret\"} x"
            })
    void malformedRecordIsARefusalToo(String record) {
        assertRefused(PushReply.REFUSAL, record, MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x02, 0x03, 0x80})
    void unknownFlagIsAMalformedRefusal(int flags) {
        assertRefused(flags, "{\"code\":\"busy\",\"words\":\"secret\"}", MALFORMED);
    }

    @Test
    void recordWithoutTheFlagIsAReply() throws Exception {
        String record = "{\"code\":\"busy\",\"words\":\"queue full\"}";
        CompletableFuture<byte[]> push = push();
        answer(0, record);
        assertThat(push.get(ServerUnderTest.MAX_WAIT.toSeconds(), TimeUnit.SECONDS))
                .isEqualTo(record.getBytes(StandardCharsets.UTF_8));
    }

    /** The push fails as refused, is counted as such, frees its place; the connection goes on. */
    private void assertRefused(int flags, String record, PushRefusal expected) {
        double refused = ended("refused");
        double replied = ended("replied");
        CompletableFuture<byte[]> push = push();
        answer(flags, record);

        ExecutionException failure =
                catchThrowableOfType(
                        ExecutionException.class,
                        () -> push.get(ServerUnderTest.MAX_WAIT.toSeconds(), TimeUnit.SECONDS));
        assertThat(failure.getCause())
                .isInstanceOfSatisfying(
                        PushException.class,
                        e -> {
                            assertThat(e.reason()).isEqualTo(Reason.REFUSED);
                            assertThat(e.refusal()).contains(expected);
                        });
        assertThat(ended("refused")).isEqualTo(refused + 1);
        assertThat(ended("replied")).isEqualTo(replied);
        assertThat(server.sum("frontdoor.pushes.pending")).isZero();

        CompletableFuture<byte[]> next = push();
        answer(0, "done");
        assertThat(next).succeedsWithin(ServerUnderTest.MAX_WAIT);
    }

    private CompletableFuture<byte[]> push() {
        return workers.push(pid, new byte[] {1}, Duration.ofMinutes(5));
    }

    /** Answers the next push, on the wire: the encoder does not write reserved flags. */
    private void answer(int flags, String record) {
        Push push = worker.expect(Push.class);
        Bytes payload = Bytes.copyOf(record.getBytes(StandardCharsets.UTF_8));
        byte[] message =
                FrameCodec.encode(new PushReply(0, push.streamId(), push.correlationId(), payload));
        message[1] = (byte) flags;
        worker.sendBytes(message);
    }

    private double ended(String outcome) {
        return server.sum("frontdoor.pushes", "outcome", outcome);
    }
}
