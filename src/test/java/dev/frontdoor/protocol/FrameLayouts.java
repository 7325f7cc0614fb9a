package dev.frontdoor.protocol;

import static java.util.Map.entry;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;

/**
 * What docs/protocol.md says of the bytes of frames, one letter for a field. It decides whether a
 * message is a frame without the codec, which is measured by it.
 */
public final class FrameLayouts {

    /** The verdict on a message that is one whole frame. */
    public static final int FRAME = 0;

    private static final int HEADER_SIZE = 10;
    private static final Set<Integer> CONTROL =
            Set.of(0x01, 0x02, 0x03, 0x04, 0x13, 0x14, 0x17, 0x18, 0x20);

    /**
     * 1, 2, 4, 8: an unsigned number of so many bytes; p: one of 4 from 1; h: 32 bytes; b: bytes;
     * s: a string; S and T: a string or a number of 2 bytes that may be absent; e: an envelope; H
     * and L: a list of h and of s; A: a list of activities, which may be missing. Behind a slash
     * stands a flag with the fields that it adds.
     */
    private static final Map<Integer, String> PAYLOADS =
            Map.ofEntries(
                    entry(0x01, "2222b"),
                    entry(0x02, "224"),
                    entry(0x03, "2S"),
                    entry(0x04, ""),
                    entry(0x05, "sHp"),
                    entry(0x06, "8h"),
                    entry(0x07, "2S"),
                    entry(0x08, "8"),
                    entry(0x09, "se/2s"),
                    entry(0x0A, "8/28"),
                    entry(0x0B, "2S"),
                    entry(0x0C, "8s"),
                    entry(0x0D, "8e"),
                    entry(0x0E, "8TS"),
                    entry(0x0F, "82S"),
                    entry(0x10, "s"),
                    entry(0x11, "sS"),
                    entry(0x12, "sS"),
                    entry(0x13, ""),
                    entry(0x14, ""),
                    entry(0x15, "8b"),
                    entry(0x16, "8b"),
                    entry(0x17, "LsSLsA"),
                    entry(0x18, "S"),
                    entry(0x19, "8e/188"),
                    entry(0x1D, "s?hb"),
                    entry(0x1E, "|b|ss|s"),
                    entry(0x1F, "sb"),
                    entry(0x20, "d"));

    private final ByteBuffer in;

    private FrameLayouts(ByteBuffer in) {
        this.in = in;
    }

    /** {@link #FRAME}, or the code of the reason why a message is no frame. */
    public static int verdict(byte[] message) {
        if (message.length < HEADER_SIZE) {
            return 0x0001;
        }
        ByteBuffer in = ByteBuffer.wrap(message);
        int type = Byte.toUnsignedInt(in.get());
        int flags = in.get();
        int stream = in.getInt();
        long length = Integer.toUnsignedLong(in.getInt());
        if (length > in.remaining()) {
            return 0x0002;
        }
        String layout = PAYLOADS.get(type);
        if (layout != null && CONTROL.contains(type) != (stream == 0)) {
            return 0x0004;
        }
        boolean isFrame =
                in.remaining() == length
                        && (layout == null || new FrameLayouts(in).matches(layout, flags));
        return isFrame ? FRAME : 0x0009;
    }

    private boolean matches(String layout, int flags) {
        try {
            int slash = layout.indexOf('/');
            if (slash < 0) {
                return layout.startsWith("|") ? chosen(layout) : readsAll(layout);
            }
            int flag = layout.charAt(slash + 1) - '0';
            String more = (flags & flag) != 0 ? layout.substring(slash + 2) : "";
            return readsAll(layout.substring(0, slash) + more);
        } catch (BufferUnderflowException | CharacterCodingException | Malformed e) {
            return false;
        }
    }

    /** One of several layouts, which a number selects. */
    private boolean chosen(String layouts) throws CharacterCodingException {
        String[] choices = layouts.substring(1).split("\\|", -1);
        return readsAll(choices[number(choices.length)]);
    }

    private boolean readsAll(String layout) throws CharacterCodingException {
        readFields(layout);
        return !in.hasRemaining();
    }

    private void readFields(String layout) throws CharacterCodingException {
        for (int i = 0; i < layout.length(); i++) {
            read(layout.charAt(i));
        }
    }

    private void read(char field) throws CharacterCodingException {
        switch (field) {
            case '1', '2', '4', '8' -> skip(field - '0');
            case 'p' -> require(in.getInt() != 0);
            case 'h' -> skip(32);
            case 'b' -> skip(length());
            case 's' -> string();
            case 'S' -> optional("s");
            case 'T' -> optional("2");
            case '?' -> number(2);
            case 'e' -> require(nested().readsAll("hcb"));
            case 'c' -> require(nested().readsAll("SC"));
            case 'C' -> optional("8");
            case 'H' -> list("h");
            case 'L' -> list("s");
            case 'A' -> activities();
            case 'd' -> disconnectReason();
            default -> throw new IllegalArgumentException("no such field: " + field);
        }
    }

    private FrameLayouts nested() {
        int length = length();
        FrameLayouts nested = new FrameLayouts(in.slice(in.position(), length));
        skip(length);
        return nested;
    }

    private void optional(String layout) throws CharacterCodingException {
        if (number(2) == 1) {
            read(layout.charAt(0));
        }
    }

    private void list(String item) throws CharacterCodingException {
        long count = Integer.toUnsignedLong(in.getInt());
        for (long i = 0; i < count; i++) {
            readFields(item);
        }
    }

    private void activities() throws CharacterCodingException {
        if (in.hasRemaining()) {
            list("sss");
        }
    }

    private void disconnectReason() throws CharacterCodingException {
        require(in.get() == 1);
        int code = in.getShort();
        String name = string();
        require(
                (code == 1 && name.equals("grant_revoked"))
                        || (code == 2 && name.equals("revocation_log_reset")));
    }

    private String string() throws CharacterCodingException {
        int length = length();
        String text =
                StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(in.slice(in.position(), length))
                        .toString();
        skip(length);
        return text;
    }

    /** A number of one byte, below a bound. */
    private int number(int bound) {
        int number = Byte.toUnsignedInt(in.get());
        require(number < bound);
        return number;
    }

    private int length() {
        long length = Integer.toUnsignedLong(in.getInt());
        require(length <= in.remaining());
        return (int) length;
    }

    private void skip(int count) {
        require(count <= in.remaining());
        in.position(in.position() + count);
    }

    private static void require(boolean condition) {
        if (!condition) {
            throw new Malformed();
        }
    }

    private static final class Malformed extends RuntimeException {}
}
