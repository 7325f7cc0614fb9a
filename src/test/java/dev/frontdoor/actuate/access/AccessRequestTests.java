package dev.frontdoor.actuate.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;

import java.net.Inet6Address;
import java.net.InetAddress;

/** What a request to the management port is. */
class AccessRequestTests {

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE", "TRACE", "MERGE"})
    void methodThatIsNotKnownToChangeNothingIsAChange(String method) {
        assertThat(request(method, null).isChange()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "OPTIONS"})
    void readIsNoChange(String method) {
        assertThat(request(method, null).isChange()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1", "::ffff:127.0.0.1"})
    void addressOfThisMachineIsLoopback(String peer) {
        assertThat(request("POST", InetAddress.ofLiteral(peer)).isFromLoopback()).isTrue();
    }

    @Test
    void mappedAddressThatIsKeptAsIpv6IsLoopbackToo() throws Exception {
        byte[] mapped = new byte[16];
        mapped[10] = -1;
        mapped[11] = -1;
        mapped[12] = 127;
        mapped[15] = 1;

        assertThat(request("POST", Inet6Address.getByAddress(null, mapped, -1)).isFromLoopback())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.2", "127.0.0.6", "::2", "10.0.0.1", "::ffff:10.0.0.1"})
    void otherAddressIsNotLoopback(String peer) {
        assertThat(request("POST", InetAddress.ofLiteral(peer)).isFromLoopback()).isFalse();
    }

    @Test
    void unknownPeerIsNotLoopback() {
        assertThat(request("POST", null).isFromLoopback()).isFalse();
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
    void requestThatAProxyForwardedIsNotFromLoopback(String header) {
        assertThat(request("POST", InetAddress.ofLiteral("127.0.0.1"), header).isFromLoopback())
                .isFalse();
    }

    @Test
    void preflightHasAnOriginAndNamesAMethod() {
        assertThat(request("OPTIONS", null, "Origin", "Access-Control-Request-Method"))
                .returns(true, AccessRequest::isPreflight);
        assertThat(request("OPTIONS", null, "Origin")).returns(false, AccessRequest::isPreflight);
        assertThat(request("OPTIONS", null)).returns(false, AccessRequest::isPreflight);
        assertThat(request("GET", null, "Origin", "Access-Control-Request-Method"))
                .returns(false, AccessRequest::isPreflight);
    }

    private static AccessRequest request(
            String method, @Nullable InetAddress peer, String... headers) {
        HttpHeaders sent = new HttpHeaders();
        for (String header : headers) {
            sent.set(header, "");
        }
        return new AccessRequest(HttpMethod.valueOf(method), "/", sent, peer);
    }
}
