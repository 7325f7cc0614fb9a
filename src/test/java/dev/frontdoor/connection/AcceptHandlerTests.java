package dev.frontdoor.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.frontdoor.logging.RepeatedLines;
import dev.frontdoor.test.server.LogLines;
import dev.frontdoor.test.server.ManualTime;
import dev.frontdoor.test.server.TestChannel;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;

/** What every transport's channel does; {@link AcceptStandbyTests} has what Linux adds. */
class AcceptHandlerTests {

    private final ManualTime time = new ManualTime();
    private final TestChannel server = time.channel();
    @AutoClose private final LogLines lines = new LogLines(AcceptFailures.class);

    @BeforeEach
    void accept() {
        AcceptStandby standby =
                new AcceptStandby(
                        time.executor(), new AcceptFailures(new RepeatedLines((_, _) -> {})));
        server.pipeline().addFirst(new AcceptHandler(_ -> true, standby));
    }

    @Test
    void failureToAcceptPausesForASecond() {
        server.pipeline().fireExceptionCaught(new IOException("Too many open files"));

        assertThat(server.config().isAutoRead()).isFalse();
        time.advance(AcceptFailures.PAUSE.minusMillis(10));
        assertThat(server.config().isAutoRead()).isFalse();
        time.advance(AcceptFailures.PAUSE);
        assertThat(server.config().isAutoRead()).isTrue();
        server.checkException();
        assertThat(lines.at("WARN"))
                .containsExactly("cannot accept connections on port 0: Too many open files");
    }

    @Test
    void failureDuringThePauseNeitherEndsNorProlongsIt() {
        server.pipeline().fireExceptionCaught(new IOException("Too many open files"));
        time.advance(AcceptFailures.PAUSE.dividedBy(2));
        server.pipeline().fireExceptionCaught(new IOException("Too many open files"));

        time.advance(AcceptFailures.PAUSE.dividedBy(2));
        assertThat(server.config().isAutoRead()).isTrue();
        server.config().setAutoRead(false);
        time.advance(AcceptFailures.PAUSE);
        assertThat(server.config().isAutoRead()).isFalse();
    }

    @Test
    void otherFailureIsLeftToTheLastHandler() {
        server.pipeline().fireExceptionCaught(new IllegalStateException("scripted"));

        assertThat(server.config().isAutoRead()).isTrue();
        assertThatThrownBy(server::checkException).hasMessage("scripted");
        assertThat(lines.at("WARN")).isEmpty();
        assertThat(lines.at("ERROR")).isEmpty();
    }
}
