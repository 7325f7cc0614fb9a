package dev.frontdoor.push;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.notifier.PushRefusal;
import dev.frontdoor.notifier.PushRefusal.Code;
import dev.frontdoor.protocol.Bytes;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** The record of a refused push: every spelling that JSON allows, and nothing else. */
class RefusalParserTests {

    @ParameterizedTest
    @EnumSource
    void canonicalRecordOfEachCodeIsRead(Code code) {
        assertThat(parse("{\"code\":\"%s\",\"words\":\"queue full\"}".formatted(code.label())))
                .isEqualTo(new PushRefusal(code, "queue full"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"words\":\"queue full\",\"code\":\"busy\"}",
                " \t\r\n{ \"code\" : \"busy\" ,\n\"words\"\t:\r\"queue full\" } \n",
                "{\"\\u0063ode\":\"b\\u0075sy\",\"words\":\"queue\\u0020full\"}",
                "{\"code\":\"busy\",\"words\":\"queue\\u0020\\u0066ull\"}"
            })
    void otherSpellingsAreReadToo(String record) {
        assertThat(parse(record)).isEqualTo(new PushRefusal(Code.BUSY, "queue full"));
    }

    @Test
    void everyEscapeIsUnderstood() {
        assertThat(
                        parse(
                                "{\"code\":\"busy\",\"words\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0000\\uD83D\\uDE00\"}"))
                .isEqualTo(new PushRefusal(Code.BUSY, "\"\\/\b\f\n\r\t\0😀"));
    }

    @Test
    void wordsMayBeEmptyAndOfAnyScript() {
        assertThat(parse("{\"code\":\"busy\",\"words\":\"\"}").words()).isEmpty();
        assertThat(parse("{\"code\":\"busy\",\"words\":\"\uFEFFžluť 😀\"}").words())
                .isEqualTo("\uFEFFžluť 😀");
    }

    @Test
    void longestRecordIsReadAndOneByteMoreIsNot() {
        String longest = "{\"code\":\"unavailable\",\"words\":\"" + "\\u0001".repeat(1_024) + "\"}";
        assertThat(longest).hasSize(RefusalParser.MAX_RECORD_SIZE);
        assertThat(parse(longest).words()).isEqualTo("\u0001".repeat(1_024));
        assertThat(parse(longest + " ")).isEqualTo(RefusalParser.MALFORMED);
    }

    @Test
    void longestWordsAreCountedInBytes() {
        assertThat(parse(words("é".repeat(512))).words()).hasSize(512);
        assertMalformed(words("é".repeat(512) + "x"));
        assertMalformed(words("x".repeat(1_025)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "{}",
                "[]",
                "null",
                "\"busy\"",
                "{\"code\":\"busy\"}",
                "{\"words\":\"queue full\"}",
                "{\"code\":\"busy\",\"words\":\"queue full\",\"more\":\"x\"}",
                "{\"code\":\"busy\",\"words\":\"queue full\"}{}",
                "{\"code\":\"busy\",\"words\":\"queue full\"}x",
                "{\"code\":\"busy\",\"words\":\"queue full\",}",
                "{\"code\":\"busy\",\"words\":\"queue full\"",
                "{\"code\":\"busy\",\"words\":null}",
                "{\"code\":\"busy\",\"words\":1}",
                "{\"code\":\"busy\",\"words\":[\"queue full\"]}",
                "{\"code\":[\"busy\"],\"words\":\"queue full\"}",
                "{\"code\":\"Busy\",\"words\":\"queue full\"}",
                "{\"code\":\"busy \",\"words\":\"queue full\"}",
                "{\"code\":\"full\",\"words\":\"queue full\"}",
                "{\"Code\":\"busy\",\"words\":\"queue full\"}",
                "{\"code\":\"busy\",\"code\":\"busy\",\"words\":\"queue full\"}",
                "{\"code\":\"busy\",\"words\":\"a\",\"words\":\"a\"}",
                "{\"code\":\"busy\",\"words\":\"a\",\"\\u0077ords\":\"b\"}",
                "{\"code\":\"full\",\"code\":\"busy\",\"words\":\"a\"}",
                "{\"code\":\"busy\",\"words\":\"\\uD83D\"}",
                "{\"code\":\"busy\",\"words\":\"\\uDE00\\uD83D\"}",
                "{\"code\":\"busy\",\"words\":\"\\u12\"}",
                "{\"code\":\"busy\",\"words\":\"\\x41\"}",
                "{\"code\":\"busy\",\"words\":\"line\nfeed\"}",
                "{'code':'busy','words':'queue full'}",
                "{code:\"busy\",words:\"queue full\"}",
                "{\"code\":\"busy\",/* */\"words\":\"queue full\"}",
                "{\"code\":\"busy\",\"words\":\"queue full\"} // end",
                "\uFEFF{\"code\":\"busy\",\"words\":\"queue full\"}",
                "{\"code\":\"busy\",\"words\":\"queue full\"}\0"
            })
    void anythingElseIsMalformed(String record) {
        assertMalformed(record);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16BE", "UTF-16LE", "UTF-32BE", "UTF-32LE", "ISO-8859-1"})
    void otherEncodingsAreMalformed(String charset) {
        byte[] record = words("queue full, žluť é").getBytes(Charset.forName(charset));
        assertThat(RefusalParser.parse(Bytes.copyOf(record))).isEqualTo(RefusalParser.MALFORMED);
    }

    @Test
    void deepNestingIsMalformedAndCostsNoStack() {
        assertMalformed("[".repeat(RefusalParser.MAX_RECORD_SIZE));
        assertMalformed("{\"code\":" + "[".repeat(6_000));
    }

    @Test
    void malformedRecordIsNotQuoted() {
        assertThat(parse("{\"code\":\"busy\",\"words\":\"secret\",\"x\":1}").toString())
                .doesNotContain("secret")
                .contains("malformed");
    }

    private static String words(String words) {
        return "{\"code\":\"busy\",\"words\":\"" + words + "\"}";
    }

    private static void assertMalformed(String record) {
        assertThat(parse(record)).isEqualTo(RefusalParser.MALFORMED);
    }

    private static PushRefusal parse(String record) {
        return RefusalParser.parse(Bytes.copyOf(record.getBytes(StandardCharsets.UTF_8)));
    }
}
