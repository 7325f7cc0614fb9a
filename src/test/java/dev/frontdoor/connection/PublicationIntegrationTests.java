package dev.frontdoor.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.protocol.Bytes;
import dev.frontdoor.protocol.Envelope;
import dev.frontdoor.protocol.Frame.Publish;
import dev.frontdoor.protocol.Frame.PublishError;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.BothTransports;
import dev.frontdoor.test.server.OpenServerTest;
import dev.frontdoor.test.server.ScriptedNotifier;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.TestApplication;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What happens to a publication of a worker. */
@OpenServerTest
@BothTransports
class PublicationIntegrationTests {

    static final Envelope ENVELOPE =
            new Envelope(
                    Bytes.copyOf(new byte[32]),
                    null,
                    null,
                    Bytes.copyOf("published".getBytes(StandardCharsets.UTF_8)));

    private final ServerUnderTest server;
    private final ScriptedNotifier firstNotifier;
    private final ScriptedNotifier secondNotifier;

    PublicationIntegrationTests(
            ServerUnderTest server,
            @Qualifier(TestApplication.FIRST) ScriptedNotifier firstNotifier,
            @Qualifier(TestApplication.SECOND) ScriptedNotifier secondNotifier) {
        this.server = server;
        this.firstNotifier = firstNotifier;
        this.secondNotifier = secondNotifier;
    }

    @AfterEach
    void nobodyIsLeft() {
        server.expectNobody();
    }

    @Test
    void publicationOfAWorkerThatIsNotRegisteredIsRefused() throws Exception {
        try (TestWorker worker = server.connect()) {
            worker.send(publication("consumed", 5));

            assertThat(worker.expect(PublishError.class))
                    .extracting(PublishError::streamId, PublishError::reasonCode)
                    .containsExactly(5L, 0xFFFF);
        }
    }

    @Test
    void publicationGoesToTheFirstHolderThatConsumesIt() throws Exception {
        String channel = server.newIdentity();
        List<String> offered = new ArrayList<>();
        firstNotifier.onChannel(
                channel,
                (_, payload) -> {
                    offered.add("first " + new String(payload, StandardCharsets.UTF_8));
                    return false;
                });
        secondNotifier.onChannel(
                channel,
                (_, payload) -> {
                    offered.add("second " + new String(payload, StandardCharsets.UTF_8));
                    return true;
                });
        try (TestWorker worker = server.register(server.newIdentity())) {
            worker.send(publication(channel, 5));
            worker.expectNothing();

            assertThat(offered).containsExactly("first published", "second published");
        }
    }

    @Test
    void publicationThatNobodyConsumesIsRefused() throws Exception {
        double refused = server.sum("frontdoor.frames.refused", "reason", "not_consumed");
        try (TestWorker worker = server.register(server.newIdentity())) {
            worker.send(publication("nobody's", 9));

            assertThat(worker.expect(PublishError.class).streamId()).isEqualTo(9);
            worker.expectNothing();
            server.expectSum(refused + 1, "frontdoor.frames.refused", "reason", "not_consumed");
        }
    }

    @Test
    void publicationWhoseReaderFailsIsRefused() throws Exception {
        String channel = server.newIdentity();
        firstNotifier.onChannel(
                channel,
                (_, _) -> {
                    throw new IllegalStateException("cannot read");
                });
        try (TestWorker worker = server.register(server.newIdentity())) {
            worker.send(publication(channel, 9));
            assertThat(worker.expect(PublishError.class).message()).doesNotContain("cannot read");
        }
    }

    static Publish publication(String channel, long stream) {
        return new Publish(0, stream, channel, ENVELOPE, null);
    }
}
