package dev.frontdoor.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTargetTests {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "localhost",
                "front-door.example",
                "front_door",
                "example.",
                "a:",
                "a:0",
                "a:80",
                "a:65535",
                "127.0.0.1",
                "127.0.0.1:8080",
                "[::1]",
                "[::1]:8080",
                "[::ffff:192.0.2.1]",
                "xn--bcher-kva.example"
            })
    void hostIsANameOrAnAddressAndMayHaveAPort(String host) {
        assertThat(RequestTarget.isHost(host)).isTrue();
        assertThat(RequestTarget.isValid("http://" + host + "/liminal")).isTrue();
        assertThat(RequestTarget.isValid("HTTPS://" + host + "/liminal?a=b")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "a b",
                "a\t",
                "a\u0000",
                "a\u0001b",
                "a\u007f",
                "\u00e4",
                "\u0661",
                "a,b",
                "a;b",
                "a=b",
                "a!",
                "*",
                "a@b",
                "user:password@a",
                "a:b",
                "a:-1",
                "a:+1",
                "a:65536",
                "a:99999",
                "a:000080",
                "a:99999999999999999999",
                "a:80:80",
                "a:\u0661",
                ":80",
                ":",
                "[",
                "]",
                "[]",
                "[a]",
                "[::1",
                "::1",
                "[::1]]",
                "[[::1]]",
                "[::1]a",
                "[::1%eth0]",
                "[1:2:3:4:5:6:7:8:9]",
                "[127.0.0.1]",
                "a[b]",
                "a\\b",
                "a<b",
                "a\"b",
                "a%20b",
                "{a}"
            })
    void anythingElseIsNoHost(String host) {
        assertThat(RequestTarget.isHost(host)).isFalse();
        assertThat(RequestTarget.isValid("http://" + host + "/liminal")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/liminal", "/liminal?a=b", "//liminal", "http://a/liminal"})
    void targetIsAPathOrHasASchemeAndAHost(String target) {
        assertThat(RequestTarget.isValid(target)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "*",
                "liminal",
                "a:80",
                "http:/liminal",
                "http:///liminal",
                "http://a",
                "http://a?/liminal",
                "http://a#/liminal",
                "ftp://a/liminal",
                "ws://a/liminal",
                "evil//a/liminal",
                "?/liminal"
            })
    void anyOtherTargetIsInvalid(String target) {
        assertThat(RequestTarget.isValid(target)).isFalse();
    }
}
