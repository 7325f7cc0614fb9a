package dev.frontdoor.actuate.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.actuate.access.AccessDecision.Allowed;
import dev.frontdoor.actuate.access.AccessDecision.Refused;
import dev.frontdoor.actuate.access.AccessRequest.Target;
import dev.frontdoor.actuate.access.ManagementToken.Role;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;

/** Who may do what on the management port. */
class AccessPolicyTests {

    private static final String OUTSIDE = "192.0.2.7";
    private static final String CHANGE = "DELETE";

    private final AccessPolicy policy = policy(true);

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE", "TRACE", "MERGE"})
    void changeFromOutsideNeedsAToken(String method) {
        AccessDecision decision = decide(method, Target.OTHER, OUTSIDE);

        assertThat(refused(decision).status()).isEqualTo(HttpStatus.FORBIDDEN);
        assertThat(refused(decision).reason()).contains("role operate").contains("127.0.0.1");
        assertThat(decision.operator()).isEqualTo("anonymous");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "OPTIONS"})
    void readsAreOpen(String method) {
        assertThat(decide(method, Target.OTHER, OUTSIDE)).isEqualTo(new Allowed("anonymous"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1", "::ffff:127.0.0.1"})
    void changeFromLoopbackNeedsNoToken(String peer) {
        assertThat(decide(CHANGE, Target.OTHER, peer)).isEqualTo(new Allowed("loopback"));
    }

    @Test
    void mappedAddressThatIsKeptAsIpv6IsLoopbackToo() throws Exception {
        byte[] mapped = new byte[16];
        mapped[10] = -1;
        mapped[11] = -1;
        mapped[12] = 127;
        mapped[15] = 1;
        InetAddress peer = Inet6Address.getByAddress(null, mapped, -1);

        assertThat(policy.decide(new AccessRequest(HttpMethod.POST, Target.OTHER, headers(), peer)))
                .isEqualTo(new Allowed("loopback"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.2", "127.0.0.6", "::2", "10.0.0.1", "::ffff:10.0.0.1"})
    void otherAddressIsNotLoopback(String peer) {
        assertThat(decide(CHANGE, Target.OTHER, peer)).isInstanceOf(Refused.class);
    }

    @Test
    void unknownPeerIsNotLoopback() {
        assertThat(policy.decide(request(CHANGE, Target.OTHER, null))).isInstanceOf(Refused.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Forwarded",
                "forwarded",
                "X-Forwarded-For",
                "x-forwarded-proto",
                "X-FORWARDED-HOST",
                "X-Forwarded-Client-Cert"
            })
    void changeThatAProxyForwardedIsNotFromLoopback(String header) {
        assertThat(decide(CHANGE, Target.OTHER, "127.0.0.1", header, ""))
                .isInstanceOf(Refused.class);
    }

    @Test
    void loopbackThatIsNotTrustedNeedsAToken() {
        Refused refused = refused(policy(false).decide(request(CHANGE, Target.OTHER, "127.0.0.1")));

        assertThat(refused.status()).isEqualTo(HttpStatus.FORBIDDEN);
        assertThat(refused.reason()).contains("role operate").doesNotContain("127.0.0.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer operate-1", "bearer operate-1", "BEARER  operate-1 "})
    void tokenOfRoleOperateAllowsAChangeInItsName(String authorization) {
        assertThat(decide(CHANGE, Target.OTHER, OUTSIDE, "Authorization", authorization))
                .isEqualTo(new Allowed("deployer"));
    }

    @ParameterizedTest
    @ValueSource(strings = {OUTSIDE, "127.0.0.1"})
    void tokenOfRoleViewOnlyReads(String peer) {
        AccessDecision change =
                decide(CHANGE, Target.OTHER, peer, "Authorization", "Bearer view-1");

        assertThat(refused(change).status()).isEqualTo(HttpStatus.FORBIDDEN);
        assertThat(refused(change).reason()).contains("view");
        assertThat(change.operator()).isEqualTo("dashboard");
        assertThat(decide("GET", Target.OTHER, peer, "Authorization", "Bearer view-1"))
                .isEqualTo(new Allowed("dashboard"));
    }

    @ParameterizedTest
    @CsvSource({
        "DELETE, OTHER,  Bearer operate-2",
        "DELETE, OTHER,  Bearer operate",
        "DELETE, OTHER,  Bearer OPERATE-1",
        "DELETE, OTHER,  'Bearer '",
        "DELETE, HEALTH, Bearer wrong",
        "POST,   METERS, Bearer wrong",
        "GET,    OTHER,  Bearer wrong"
    })
    void wrongTokenIsUnauthorizedEvenFromLoopback(
            String method, Target target, String authorization) {
        Refused refused =
                refused(decide(method, target, "127.0.0.1", "Authorization", authorization));

        assertThat(refused.status()).isEqualTo(HttpStatus.UNAUTHORIZED);
        assertThat(refused.reason()).doesNotContain("wrong").doesNotContain("operate-");
    }

    @Test
    void twoTokensAreUnauthorized() {
        HttpHeaders headers = headers();
        headers.addAll("Authorization", List.of("Bearer operate-1", "Bearer operate-1"));

        assertThat(refused(decide("POST", Target.OTHER, headers)).status())
                .isEqualTo(HttpStatus.UNAUTHORIZED);
    }

    @ParameterizedTest
    @CsvSource({"HEALTH", "METERS"})
    void healthAndMetersAreOpenWhateverTheToken(Target target) {
        assertThat(decide("GET", target, OUTSIDE, "Authorization", "Bearer wrong"))
                .isEqualTo(new Allowed("anonymous"));
    }

    @Test
    void otherKindsOfCredentialsAreNoToken() {
        assertThat(decide("GET", Target.OTHER, OUTSIDE, "Authorization", "Basic b3A6b3A="))
                .isEqualTo(new Allowed("anonymous"));
        assertThat(decide(CHANGE, Target.OTHER, OUTSIDE, "Authorization", "Basic b3A6b3A="))
                .isInstanceOf(Refused.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://page.example",
                "null",
                "",
                "http://localhost",
                "http://localhost:8082",
                "https://localhost",
                "http://localhost.page.example:8081",
                "http://page.example/http://localhost:8081",
                "file://",
                "not an origin",
                "http://localhost:8081, http://page.example"
            })
    void pageOfAForeignOriginNeverChangesAnything(String origin) {
        for (String authorization : List.of("Bearer operate-1", "Basic x", "Bearer wrong")) {
            HttpHeaders headers = headers();
            headers.set("Origin", origin);
            headers.set("Authorization", authorization);
            Refused refused = refused(decide("POST", Target.OTHER, headers));

            assertThat(refused.status()).isEqualTo(HttpStatus.FORBIDDEN);
            assertThat(refused.reason()).contains("origin", "allowed-origins");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "http://localhost:8081,      localhost:8081",
        "http://LOCALHOST:8081,      localhost:8081",
        "http://localhost,           localhost",
        "https://localhost,          localhost",
        "https://localhost:443,      localhost",
        "http://localhost,           localhost:80",
        "http://[::1]:8081,          [::1]:8081",
        "https://ops.example:8443,   localhost:8081",
        "https://OPS.example:8443,   localhost:8081"
    })
    void pageOfTheServiceOrOfAnAllowedOriginMayChange(String origin, String host) {
        HttpHeaders headers = headers();
        headers.set("Host", host);
        headers.set("Origin", origin);

        assertThat(decide("POST", Target.OTHER, headers)).isEqualTo(new Allowed("loopback"));
    }

    @Test
    void oneForeignOriginAmongSeveralIsEnough() {
        HttpHeaders headers = headers();
        headers.addAll("Origin", List.of("http://localhost:8081", "https://page.example"));

        assertThat(decide("POST", Target.OTHER, headers)).isInstanceOf(Refused.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cross-site", "same-site", "", "none, cross-site"})
    void browserThatReportsAnotherSiteNeverChangesAnything(String site) {
        HttpHeaders headers = headers();
        headers.set("Sec-Fetch-Site", site);
        headers.set("Origin", "https://ops.example:8443");
        headers.set("Authorization", "Bearer operate-1");

        assertThat(refused(decide("POST", Target.OTHER, headers)).reason())
                .contains("Sec-Fetch-Site", site);
    }

    @ParameterizedTest
    @ValueSource(strings = {"same-origin", "none"})
    void browserThatReportsNoOtherSiteMayChange(String site) {
        assertThat(decide(CHANGE, Target.OTHER, "127.0.0.1", "Sec-Fetch-Site", site))
                .isEqualTo(new Allowed("loopback"));
    }

    @Test
    void readsOfPagesAreLeftToTheBrowser() {
        HttpHeaders headers = headers();
        headers.set("Sec-Fetch-Site", "cross-site");
        headers.set("Origin", "https://page.example");

        assertThat(decide("GET", Target.OTHER, headers)).isInstanceOf(Allowed.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "LocalHost:8081",
                "localhost.:8081",
                "127.0.0.1",
                "192.0.2.8:8081",
                "[2001:db8::1]",
                "[2001:db8::1]:8081",
                "front-management.workers.svc:8081",
                "FRONT-management.workers.svc"
            })
    void knownHostIsServed(String host) {
        assertThat(decide("GET", Target.OTHER, OUTSIDE, "Host", host)).isInstanceOf(Allowed.class);
        assertThat(decide(CHANGE, Target.OTHER, "127.0.0.1", "Host", host))
                .isInstanceOf(Allowed.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "page.example",
                "page.example:8081",
                "localhost.page.example",
                "127.0.0.1.page.example",
                "localhost:x",
                "localhost:8081:8081",
                "[::1",
                "[page.example]",
                "::1",
                "localhost@page.example",
                "localhost/",
                "",
                ":8081"
            })
    void unknownHostIsServedHealthOnly(String host) {
        for (Target target : List.of(Target.OTHER, Target.METERS)) {
            Refused refused = refused(decide("GET", target, "127.0.0.1", "Host", host));
            assertThat(refused.status()).isEqualTo(HttpStatus.FORBIDDEN);
            assertThat(refused.reason()).contains(host, "frontdoor.management.allowed-hosts");
        }
        assertThat(decide("POST", Target.HEALTH, "127.0.0.1", "Host", host))
                .isInstanceOf(Refused.class);
        assertThat(decide("GET", Target.HEALTH, OUTSIDE, "Host", host))
                .isEqualTo(new Allowed("anonymous"));
    }

    @Test
    void missingAndRepeatedHostsAreUnknown() {
        HttpHeaders none = new HttpHeaders();
        HttpHeaders two = headers();
        two.add("Host", "localhost");

        assertThat(decide("GET", Target.OTHER, none)).isInstanceOf(Refused.class);
        assertThat(decide("GET", Target.OTHER, two)).isInstanceOf(Refused.class);
    }

    @Test
    void whatAClientSentIsShownAsOneShortLine() {
        Refused refused =
                refused(decide("GET", Target.OTHER, OUTSIDE, "Host", "\n" + "x".repeat(9000)));

        assertThat(refused.reason()).doesNotContain("\n").hasSizeLessThan(1000);
    }

    private AccessDecision decide(String method, Target target, String peer, String... header) {
        return policy.decide(request(method, target, peer, header));
    }

    private AccessDecision decide(String method, Target target, HttpHeaders headers) {
        return policy.decide(
                new AccessRequest(
                        HttpMethod.valueOf(method),
                        target,
                        headers,
                        InetAddress.ofLiteral("127.0.0.1")));
    }

    private static AccessRequest request(
            String method, Target target, @Nullable String peer, String... header) {
        HttpHeaders headers = headers();
        if (header.length > 0) {
            headers.set(header[0], header[1]);
        }
        return new AccessRequest(
                HttpMethod.valueOf(method),
                target,
                headers,
                peer == null ? null : InetAddress.ofLiteral(peer));
    }

    private static HttpHeaders headers() {
        HttpHeaders headers = new HttpHeaders();
        headers.set("Host", "localhost:8081");
        return headers;
    }

    private static Refused refused(AccessDecision decision) {
        assertThat(decision).isInstanceOf(Refused.class);
        return (Refused) decision;
    }

    private static AccessPolicy policy(boolean trustLoopback) {
        return new AccessPolicy(
                new ManagementTokens(
                        List.of(
                                new ManagementToken(
                                        "dashboard", Token.of("view-1"), null, Role.VIEW),
                                new ManagementToken(
                                        "deployer", Token.of("operate-1"), null, Role.OPERATE))),
                trustLoopback,
                List.of("https://ops.example:8443"),
                List.of("localhost", "front-management.workers.svc"));
    }
}
