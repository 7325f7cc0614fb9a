package dev.frontdoor.logging;

import dev.frontdoor.notifier.DisplayText;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.SerializableString;
import tools.jackson.core.io.CharacterEscapes;
import tools.jackson.core.io.SerializedString;

import java.io.Serial;

/**
 * Escapes in JSON every character that could control a terminal, or reorder what it shows. A reader
 * of the JSON still gets the exact text.
 */
public final class DisplayEscapes extends CharacterEscapes {

    @Serial private static final long serialVersionUID = 1L;

    @Override
    public int[] getEscapeCodesForAscii() {
        int[] escapes = standardAsciiEscapesForJSON();
        escapes[0x7F] = ESCAPE_STANDARD;
        return escapes;
    }

    @Override
    public @Nullable SerializableString getEscapeSequence(int character) {
        return DisplayText.isSafe(character) || Character.isSurrogate((char) character)
                ? null
                : new SerializedString("\\u%04x".formatted(character));
    }
}
