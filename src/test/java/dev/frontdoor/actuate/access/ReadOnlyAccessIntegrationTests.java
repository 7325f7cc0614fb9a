package dev.frontdoor.actuate.access;

import static dev.frontdoor.actuate.access.OperatorRequest.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.test.HttpResponse;
import dev.frontdoor.test.server.EventReader;
import dev.frontdoor.test.server.OpenServerTest;
import dev.frontdoor.test.server.ServerUnderTest;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.test.context.TestPropertySource;

import java.io.IOException;

/** Spring Boot's own switches, for an operator who has every role. */
class ReadOnlyAccessIntegrationTests {

    private static HttpResponse send(ServerUnderTest server, String request) throws IOException {
        return OperatorRequest.send(server.operators(), request, "Accept: */*");
    }

    /** What may be permitted at most counts, whatever a single endpoint has. */
    @Nested
    @OpenServerTest
    @TestPropertySource(
            properties = {
                "management.endpoints.web.exposure.include=*",
                "management.endpoints.web.base-path=/ops",
                "management.endpoints.access.max-permitted=read-only",
                "management.endpoint.evictions.access=unrestricted",
                "management.endpoint.shutdown.access=unrestricted"
            })
    class MaxPermitted {

        private final ServerUnderTest server;

        MaxPermitted(ServerUnderTest server) {
            this.server = server;
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "POST /ops/evictions?identity=x&count=1",
                    "DELETE /ops/evictions/1",
                    "POST /ops/bans?identity=x&duration=1m",
                    "DELETE /ops/bans?identity=x",
                    "POST /ops/drain",
                    "DELETE /ops/drain",
                    "DELETE /ops/registrations?confirm=0",
                    "DELETE /ops/registrations/1",
                    "POST /ops/loggers/dev.frontdoor",
                    "POST /ops/shutdown"
                })
        void nothingIsChanged(String change) throws Exception {
            assertThat(send(server, change).status()).isIn(404, 405);
        }

        @Test
        void everythingIsRead() throws Exception {
            for (String path : new String[] {"evictions", "bans", "drain", "registrations"}) {
                assertThat(send(server, "GET /ops/" + path).status()).as(path).isEqualTo(200);
            }
            try (EventReader events =
                    EventReader.on(server.operators(), "/ops/events", "Accept: */*")) {
                assertThat(events.next().type()).isEqualTo("opened");
            }
        }

        @Test
        void operatorIsToldThatNothingCanBeChanged() throws Exception {
            assertThat(json(send(server, "GET /ops/operator")).required("changes").size()).isZero();
        }
    }

    /** The default counts for each endpoint that has no access of its own. */
    @Nested
    @OpenServerTest
    @TestPropertySource(
            properties = {
                "management.endpoints.access.default=none",
                "management.endpoint.drain.access=read-only",
                "management.endpoint.bans.access=unrestricted",
                "management.endpoint.operator.access=read-only",
                "management.endpoint.health.access=read-only"
            })
    class DefaultAccess {

        private final ServerUnderTest server;

        DefaultAccess(ServerUnderTest server) {
            this.server = server;
        }

        @ParameterizedTest
        @ValueSource(strings = {"events", "evictions", "registrations", "loggers", "prometheus"})
        void endpointWithoutAccessIsNotThere(String id) throws Exception {
            assertThat(send(server, "GET /actuator/" + id).status()).isEqualTo(404);
            assertThat(send(server, "POST /actuator/" + id).status()).isEqualTo(404);
        }

        @Test
        void accessOfOneEndpointCounts() throws Exception {
            assertThat(send(server, "GET /actuator/drain").status()).isEqualTo(200);
            assertThat(send(server, "POST /actuator/drain").status()).isEqualTo(405);
            assertThat(send(server, "DELETE /actuator/bans?identity=x").status()).isEqualTo(404);
            assertThat(send(server, "GET /actuator/health/liveness").status()).isEqualTo(200);
            assertThat(json(send(server, "GET /actuator/operator")).toString())
                    .isEqualTo(
                            "{\"name\":\"loopback\",\"proof\":\"loopback\",\"roles\":[\"view\",\"operate\"],\"changes\":[\"bans\"]}");
        }
    }

    /** An endpoint that is not exposed is not there. */
    @Nested
    @OpenServerTest
    @TestPropertySource(
            properties = {
                "management.endpoints.web.exposure.include=*",
                "management.endpoints.web.exposure.exclude=evictions,bans,events,drain,prometheus",
                "frontdoor.management.open-endpoints=info",
                "frontdoor.management.trust-loopback=never",
                "frontdoor.management.auth.view.tokens.reader=view-1"
            })
    class Exclusion {

        private final ServerUnderTest server;

        Exclusion(ServerUnderTest server) {
            this.server = server;
        }

        @ParameterizedTest
        @ValueSource(strings = {"events", "evictions", "bans", "drain", "prometheus"})
        void excludedEndpointIsNotThere(String id) throws Exception {
            assertThat(
                            OperatorRequest.send(
                                            server.operators(),
                                            "GET /actuator/" + id,
                                            OperatorRequest.bearer("view-1"))
                                    .status())
                    .isEqualTo(404);
        }

        @Test
        void endpointsThatAreOpenAreThoseOfTheSettingAndProbes() throws Exception {
            assertThat(send(server, "GET /actuator/info").status()).isEqualTo(200);
            assertThat(send(server, "GET /actuator/health/liveness").status()).isEqualTo(200);
            assertThat(send(server, "GET /actuator/health/readiness").status()).isEqualTo(200);
            assertThat(send(server, "GET /actuator/health").status()).isEqualTo(401);
            assertThat(send(server, "GET /actuator/health/diskSpace").status()).isEqualTo(401);
        }
    }

    /** An endpoint below a path that is open is not open itself. */
    @Nested
    @OpenServerTest
    @TestPropertySource(
            properties = {
                "management.endpoints.web.base-path=/console",
                "management.endpoints.web.path-mapping.departures=health/departures",
                "frontdoor.management.trust-loopback=never",
                "frontdoor.management.auth.view.tokens.reader=view-1"
            })
    class OverlappingPaths {

        private final ServerUnderTest server;

        OverlappingPaths(ServerUnderTest server) {
            this.server = server;
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "registrations",
                    "registrations/1",
                    "registrations/",
                    "events",
                    "health/departures",
                    "loggers"
                })
        void endpointBelowTheConsoleOrHealthNeedsCredentials(String path) throws Exception {
            assertThat(send(server, "GET /console/" + path).status()).isEqualTo(401);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "health",
                    "health/liveness",
                    "health/diskSpace",
                    "prometheus",
                    "index.html"
                })
        void pathThatNoSuchEndpointHasIsOpen(String path) throws Exception {
            assertThat(send(server, "GET /console/" + path).status()).isEqualTo(200);
        }
    }
}
