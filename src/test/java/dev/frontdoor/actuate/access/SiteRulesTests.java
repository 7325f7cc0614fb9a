package dev.frontdoor.actuate.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpHeaders;

import java.util.List;

/** From which sites a request may come. */
class SiteRulesTests {

    private final SiteRules rules =
            new SiteRules(
                    List.of("https://ops.example:8443"),
                    List.of("localhost", "front-management.workers.svc"));

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
        HttpHeaders headers = headers();
        headers.set("Origin", origin);

        assertThat(rules.foreignSite(headers)).contains("origin", "allowed-origins");
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

        assertThat(rules.foreignSite(headers)).isNull();
    }

    @Test
    void oneForeignOriginAmongSeveralIsEnough() {
        HttpHeaders headers = headers();
        headers.addAll("Origin", List.of("http://localhost:8081", "https://page.example"));

        assertThat(rules.foreignSite(headers)).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cross-site", "same-site", "", "none, cross-site"})
    void browserThatReportsAnotherSiteNeverChangesAnything(String site) {
        HttpHeaders headers = headers();
        headers.set("Sec-Fetch-Site", site);
        headers.set("Origin", "https://ops.example:8443");

        assertThat(rules.foreignSite(headers)).contains("Sec-Fetch-Site", site);
    }

    @ParameterizedTest
    @ValueSource(strings = {"same-origin", "none"})
    void browserThatReportsNoOtherSiteMayChange(String site) {
        HttpHeaders headers = headers();
        headers.set("Sec-Fetch-Site", site);

        assertThat(rules.foreignSite(headers)).isNull();
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
        assertThat(rules.unknownHost(headersOf(host))).isNull();
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
    void unknownHostIsNotServed(String host) {
        assertThat(rules.unknownHost(headersOf(host)))
                .contains(host, "frontdoor.management.allowed-hosts");
    }

    @Test
    void missingAndRepeatedHostsAreUnknown() {
        HttpHeaders two = headers();
        two.add("Host", "localhost");

        assertThat(rules.unknownHost(new HttpHeaders())).isNotNull();
        assertThat(rules.unknownHost(two)).isNotNull();
    }

    @Test
    void whatAClientSentIsShownAsOneShortLine() {
        assertThat(rules.unknownHost(headersOf("\n" + "x".repeat(9000))))
                .doesNotContain("\n")
                .hasSizeLessThan(1000);
    }

    private static HttpHeaders headers() {
        return headersOf("localhost:8081");
    }

    private static HttpHeaders headersOf(String host) {
        HttpHeaders headers = new HttpHeaders();
        headers.set("Host", host);
        return headers;
    }
}
