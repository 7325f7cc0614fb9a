package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.test.server.HttpSocket;
import dev.frontdoor.test.server.Requests;
import dev.frontdoor.test.server.ServerUnderTest;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Load balancers may add headers of several KB. */
@FrontDoorTest("frontdoor.limits.max-request-head-size=32KB")
class RequestHeadSizeIntegrationTests {

    private static final int LIMIT = 32 * 1024;

    private final ServerUnderTest server;

    RequestHeadSizeIntegrationTests(ServerUnderTest server) {
        this.server = server;
    }

    @ParameterizedTest
    @ValueSource(ints = {9_000, LIMIT})
    void headWithinTheLimitIsTaken(int size) throws Exception {
        try (HttpSocket worker = server.http().send(headOf(size))) {
            assertThat(worker.answerWithoutBody().status()).isEqualTo(101);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {LIMIT + 1, LIMIT + 1000, 2 * LIMIT})
    void headOverTheLimitIsRefusedAndCounted(int size) throws Exception {
        double refused = server.sum("frontdoor.upgrades.refused", "reason", "head_too_large");
        try (HttpSocket worker = server.http().send(headOf(size))) {
            assertThat(worker.answer().status()).isEqualTo(431);
        }
        server.expectSum(refused + 1, "frontdoor.upgrades.refused", "reason", "head_too_large");
    }

    private static String headOf(int size) {
        String header = "X-Identity: ";
        int missing = size - Requests.upgrade().with(header).toString().length();
        return Requests.upgrade().with(header + "x".repeat(missing)).toString();
    }
}
