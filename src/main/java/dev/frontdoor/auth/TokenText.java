package dev.frontdoor.auth;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What a token and its name may be. */
public final class TokenText {

    /** The settings that hold tokens. */
    public static final List<ConfigurationPropertyName> SETTINGS =
            Stream.of(
                            "frontdoor.auth.tokens",
                            "frontdoor.management.auth.view.tokens",
                            "frontdoor.management.auth.operate.tokens")
                    .map(ConfigurationPropertyName::of)
                    .toList();

    private static final String NAME = "[\\w.@-]{1,253}";

    private TokenText() {}

    /** Why a text is no token; null if it is one. Nothing of the text is in the reason. */
    public static @Nullable String fault(String token) {
        if (token.isBlank()) {
            return "a token must not be empty";
        }
        if (token.length() > AuthenticationService.MAX_TOKEN_LENGTH) {
            return "a token must have at most 16384 characters";
        }
        boolean hidden =
                isInvisible(token.codePointAt(0))
                        || isInvisible(token.codePointBefore(token.length()));
        return hidden
                ? "a token must not begin or end with white space or an invisible character"
                : null;
    }

    /** Why a text is no name of a token; null if it is one. */
    public static @Nullable String nameFault(String name) {
        return name.matches(NAME)
                ? null
                : "the name of a token must be 1 to 253 letters, digits or characters of _.@-";
    }

    /** Why a property is no token with a name of its own; null if it is one. */
    public static @Nullable String nameFault(
            ConfigurationPropertyName tokens, ConfigurationPropertyName property) {
        for (int i = tokens.getNumberOfElements(); i < property.getNumberOfElements(); i++) {
            if (property.isNumericIndex(i)) {
                return "a name has one token; a list of tokens has no names";
            }
        }
        return nameFault(name(tokens, property));
    }

    /** Whether a property is a token with a name of its own, in {@code tokens}. */
    public static boolean isNamed(
            ConfigurationPropertyName tokens, ConfigurationPropertyName property) {
        return tokens.isAncestorOf(property)
                && !(tokens.isParentOf(property)
                        && property.isNumericIndex(tokens.getNumberOfElements()));
    }

    /** The name of such a token, as it was written. */
    public static String name(
            ConfigurationPropertyName tokens, ConfigurationPropertyName property) {
        return IntStream.range(tokens.getNumberOfElements(), property.getNumberOfElements())
                .mapToObj(i -> property.getElement(i, Form.ORIGINAL))
                .collect(Collectors.joining("."));
    }

    private static boolean isInvisible(int character) {
        return Character.isWhitespace(character)
                || Character.isSpaceChar(character)
                || Character.getType(character) == Character.CONTROL
                || Character.getType(character) == Character.FORMAT;
    }
}
