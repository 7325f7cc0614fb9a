package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.frontdoor.test.server.HttpSocket;
import dev.frontdoor.test.server.Requests;
import dev.frontdoor.test.server.ServerUnderTest;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import java.util.HexFormat;

/** Workers behind a load balancer that sends the PROXY protocol. */
class ProxyProtocolIntegrationTests {

    private static final String VERSION_1 = "PROXY TCP4 203.0.113.9 127.0.0.1 51234 8080\r\n";
    private static final String VERSION_2 =
            new String(
                    HexFormat.of()
                            .parseHex(
                                    "0d0a0d0a000d0a515549540a2111000c"
                                            + "cb0071090a000002c82201bb"),
                    ISO_8859_1);
    private static final String LOCAL =
            new String(HexFormat.of().parseHex("0d0a0d0a000d0a515549540a20000000"), ISO_8859_1);
    private static final String CLIENT = "203.0.113.9:51234";
    private static final int BEYOND = 10;

    @Nested
    @FrontDoorTest({
        "frontdoor.proxy-protocol=optional",
        "frontdoor.limits.trusted-proxies=127.0.0.0/8",
        "frontdoor.limits.max-connections-per-address=2"
    })
    class Optional {

        private final ServerUnderTest server;

        Optional(ServerUnderTest server) {
            this.server = server;
        }

        @AfterEach
        void nobodyIsLeft() {
            server.expectNobody();
        }

        @Test
        void addressIsShownAndLimited() throws Exception {
            try (HttpSocket _ = upgraded(server, VERSION_1);
                    HttpSocket _ = upgraded(server, VERSION_2);
                    HttpSocket third = upgraded(server, VERSION_1);
                    HttpSocket _ = upgraded(server, LOCAL);
                    HttpSocket _ = upgraded(server, "")) {
                assertThat(third.message().toString())
                        .contains("the limit of 2 connections from one address is reached");
                String shown = addresses(server);
                assertThat(shown.split(CLIENT, -1)).hasSize(3);
                assertThat(shown.split("\"127.0.0.1:", -1)).hasSize(3);
            }
        }

        /** One more than workers: it can be told so. Those beyond are closed unanswered. */
        @Test
        void connectionBeyondTheLimitOfItsAddressIsNotAnsweredWhateverItSends() throws Exception {
            double refused = server.sum("frontdoor.tcp.connections.refused", "reason", "address");
            double opened = server.sum("frontdoor.connections.opened");
            try (HttpSocket _ = upgraded(server, VERSION_1);
                    HttpSocket _ = upgraded(server, VERSION_2);
                    HttpSocket _ = upgraded(server, VERSION_1)) {
                for (int i = 0; i < BEYOND; i++) {
                    String header = i % 2 == 0 ? VERSION_1 : VERSION_2;
                    try (HttpSocket beyond = server.http()) {
                        assertThat(beyond.send(header + Requests.upgrade()).ends()).isTrue();
                    }
                }
                server.expectSum(
                        refused + BEYOND, "frontdoor.tcp.connections.refused", "reason", "address");
                assertThat(server.sum("frontdoor.connections.opened")).isEqualTo(opened + 3);
            }
        }

        @Test
        void damagedHeaderEndsTheConnectionAndIsCounted() throws Exception {
            double refused = server.sum("frontdoor.proxy.headers.refused", "reason", "malformed");
            try (HttpSocket http = server.http().send("PROXY TCP9 nonsense\r\n")) {
                assertThat(http.ends()).isTrue();
            }
            server.expectSum(refused + 1, "frontdoor.proxy.headers.refused", "reason", "malformed");
        }
    }

    @Nested
    @FrontDoorTest({
        "frontdoor.proxy-protocol=required",
        "frontdoor.limits.trusted-proxies=127.0.0.0/8"
    })
    class Required {

        private final ServerUnderTest server;

        Required(ServerUnderTest server) {
            this.server = server;
        }

        @Test
        void requestsOfHttpAreServedBehindAHeader() throws Exception {
            try (HttpSocket http = server.http().send(VERSION_1)) {
                assertThat(http.send(Requests.get("/pages/next")).answer().body())
                        .isEqualTo("page next");
            }
        }

        @Test
        void connectionWithoutAHeaderIsClosedAndCounted() throws Exception {
            double refused = server.sum("frontdoor.proxy.headers.refused", "reason", "missing");
            try (HttpSocket http = server.http().send(Requests.upgrade().toString())) {
                assertThat(http.ends()).isTrue();
            }
            server.expectSum(refused + 1, "frontdoor.proxy.headers.refused", "reason", "missing");
        }

        @Test
        void healthCheckThatOnlyConnectsIsNoRefusal() throws Exception {
            server.http().close();
            server.http().send(LOCAL).close();
            try (HttpSocket _ = upgraded(server, VERSION_1)) {
                assertThat(addresses(server)).contains(CLIENT);
            }
            assertThat(server.sum("frontdoor.proxy.headers.refused", "reason", "malformed"))
                    .isZero();
        }
    }

    @Nested
    @FrontDoorTest({
        "frontdoor.proxy-protocol=required",
        "frontdoor.limits.trusted-proxies=192.0.2.1"
    })
    class FromStrangers {

        private final ServerUnderTest server;

        FromStrangers(ServerUnderTest server) {
            this.server = server;
        }

        @Test
        void connectionIsClosedAndCountedWhateverItSends() throws Exception {
            double refused = server.sum("frontdoor.proxy.headers.refused", "reason", "not_trusted");
            try (HttpSocket http = server.http()) {
                assertThat(http.ends()).isTrue();
            }
            server.expectSum(
                    refused + 1, "frontdoor.proxy.headers.refused", "reason", "not_trusted");
        }
    }

    private static HttpSocket upgraded(ServerUnderTest server, String header) throws Exception {
        HttpSocket http = server.http().send(header + Requests.upgrade());
        assertThat(http.answerWithoutBody().status()).isEqualTo(101);
        return http;
    }

    private static String addresses(ServerUnderTest server) throws Exception {
        return server.read("/actuator/registrations?state=unregistered").toString();
    }
}
