package dev.frontdoor.protocol;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * An immutable run of bytes, compared by content. Its {@code toString} tells the size only, so that
 * a payload or a token never reaches a log by accident.
 */
public final class Bytes {

    /** No bytes at all. */
    public static final Bytes EMPTY = new Bytes(new byte[0]);

    private final byte[] content;

    private Bytes(byte[] content) {
        this.content = content;
    }

    /** The given bytes, copied. */
    public static Bytes copyOf(byte[] source) {
        return source.length == 0 ? EMPTY : new Bytes(source.clone());
    }

    /**
     * The bytes that a string of hexadecimal digits stands for.
     *
     * @throws IllegalArgumentException if it is not an even number of hexadecimal digits
     */
    public static Bytes ofHex(String hex) {
        return wrap(HexFormat.of().parseHex(hex));
    }

    /** The given bytes themselves, for a caller that lets go of them. */
    static Bytes wrap(byte[] content) {
        return content.length == 0 ? EMPTY : new Bytes(content);
    }

    /** How many bytes there are. */
    public int size() {
        return content.length;
    }

    /** A copy of the bytes. */
    public byte[] toByteArray() {
        return content.clone();
    }

    /** The bytes as lower-case hexadecimal digits. */
    public String toHex() {
        return HexFormat.of().formatHex(content);
    }

    void writeTo(ByteBuffer target) {
        target.put(content);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes that && Arrays.equals(content, that.content);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(content);
    }

    @Override
    public String toString() {
        return "Bytes[" + content.length + "]";
    }
}
