package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.logging.LoggedOutputExtension;
import dev.frontdoor.notifier.RegistrationRejectedException;
import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.BothTransports;
import dev.frontdoor.test.server.ScriptedNotifier;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.TestApplication;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.system.CapturedOutput;

import java.time.Duration;

/** A worker that registers as fast as it gets answers, and is always rejected. */
@FrontDoorTest
@ExtendWith(LoggedOutputExtension.class)
@BothTransports
class NoisyWorkerIntegrationTests {

    private final ServerUnderTest server;
    private final ScriptedNotifier firstNotifier;

    NoisyWorkerIntegrationTests(
            ServerUnderTest server,
            @Qualifier(TestApplication.FIRST) ScriptedNotifier firstNotifier) {
        this.server = server;
        this.firstNotifier = firstNotifier;
    }

    @AfterEach
    void nobodyIsLeft() {
        server.expectNobody();
    }

    @Test
    void rejectionsAreSlowedAndOthersNoticeNothing(CapturedOutput output) throws Exception {
        String identity = server.newIdentity();
        firstNotifier.about(
                identity,
                (_, _) -> {
                    throw new RegistrationRejectedException("not this one");
                });
        int rejected = 0;
        long begin = System.nanoTime();
        try (TestWorker noisy = server.worker().from(server.newAddress()).connect();
                TestWorker good = server.register(server.newIdentity())) {
            while (System.nanoTime() - begin < Duration.ofSeconds(4).toNanos()) {
                noisy.send(new WorkerRegister(0, TestWorker.registration(identity)));
                noisy.expectRejected("not this one");
                rejected++;
                good.register(TestWorker.registration(server.newIdentity()));
            }
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        assertThat(rejected).isLessThanOrEqualTo((int) (10 * (seconds + 1)));
        assertThat(output.toString().lines().filter(line -> line.contains("not this one")))
                .hasSizeBetween(1, 20);
    }
}
