package dev.frontdoor.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.Map;
import java.util.stream.Stream;

class LabelsParserTests {

    @ParameterizedTest
    @MethodSource("dictionaries")
    void dictionaryHasItsMembers(String text, Map<String, String> members) {
        assertThat(new LabelsParser(text).parse()).isEqualTo(members);
    }

    static Stream<Arguments> dictionaries() {
        return Stream.of(
                arguments("", Map.of()),
                arguments("   ", Map.of()),
                arguments("a=1", Map.of("a", "1")),
                arguments("  a=1  ", Map.of("a", "1")),
                arguments("a=1\t", Map.of("a", "1")),
                arguments(
                        "zone=eu1 , version=\"1.2 beta\",\ttier=Gold",
                        Map.of("zone", "eu1", "version", "1.2 beta", "tier", "Gold")),
                arguments("a=1,a=2, b=x, a=3", Map.of("a", "3", "b", "x")),
                arguments("a=\"\"", Map.of("a", "")),
                arguments("a=\"\\\"\\\\\"", Map.of("a", "\"\\")),
                arguments("a=\"x,y;z=(1)\"", Map.of("a", "x,y;z=(1)")),
                arguments(
                        "a, b=?1, c=?0, d",
                        Map.of("a", "true", "b", "true", "c", "false", "d", "true")),
                arguments("a=-17, b=0012, c=-0", Map.of("a", "-17", "b", "12", "c", "0")),
                arguments("a=999999999999999", Map.of("a", "999999999999999")),
                arguments("a=*x!#$%&'*+-.^_`|~:/9", Map.of("a", "*x!#$%&'*+-.^_`|~:/9")),
                arguments("*a_-.*9=x", Map.of("*a_-.*9", "x")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '@',
            quoteCharacter = '`',
            value = {
                "A=1 @ a name must begin with a lowercase letter or * at character 1",
                "1=1 @ a name must begin",
                ",a=1 @ a name must begin",
                "`\ta=1` @ a name must begin",
                "a=1,,b=2 @ a name must begin with a lowercase letter or * at character 5",
                "a=1, @ a label is missing after the last comma at character 5",
                "aB=1 @ a comma is missing at character 2",
                "a =1 @ a comma is missing",
                "a=1 b=2 @ a comma is missing at character 5",
                "a=x y @ a comma is missing",
                "a= @ a value is missing at character 3",
                "`a= 1` @ this is no value at character 3",
                "a=(1 2) @ an inner list is not allowed at character 3",
                "a=1;b @ a parameter is not allowed at character 4",
                "a;b=2 @ a parameter is not allowed",
                "`a=\"x\";b` @ a parameter is not allowed",
                "a=1.5 @ a decimal is not allowed",
                "a=- @ an integer has 1 to 15 digits",
                "a=1234567890123456 @ an integer has 1 to 15 digits",
                "a=:AQID: @ a byte sequence is not allowed",
                "`a=%\"x\"` @ a display string is not allowed",
                "`a=\"x` @ the end of a string is missing",
                "`a=\"x\\` @ a backslash may precede",
                "`a=\"x\\n\"` @ a backslash may precede",
                "`a=\"ü\"` @ a string may have printable ASCII only at character 4",
                "`a=\"\t\"` @ a string may have printable ASCII only",
                "a=ü @ this is no value",
                "a=bü @ a comma is missing",
                "a=? @ a boolean is ?1 or ?0",
                "a=?2 @ a boolean is ?1 or ?0",
                "a=?true @ a boolean is ?1 or ?0"
            })
    void whatIsWrongIsNamedWithItsPlace(String text, String fault) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LabelsParser(text).parse())
                .withMessageContaining(fault);
    }

    @ParameterizedTest
    @CsvSource({"a=@1659578233", "a=@x"})
    void dateIsNotAllowed(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LabelsParser(text).parse())
                .withMessage("a date is not allowed at character 3");
    }
}
