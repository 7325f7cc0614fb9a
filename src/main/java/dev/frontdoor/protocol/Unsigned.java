package dev.frontdoor.protocol;

/** Range checks for the unsigned fields of the wire. */
final class Unsigned {

    private Unsigned() {}

    static void requireU8(int value, String field) {
        require(value, 0xFF, field);
    }

    static void requireU16(int value, String field) {
        require(value, 0xFFFF, field);
    }

    static void requireU32(long value, String field) {
        require(value, 0xFFFF_FFFFL, field);
    }

    private static void require(long value, long max, String field) {
        if (value < 0 || value > max) {
            throw new IllegalArgumentException(
                    "%s must be from 0 to %s, was %s".formatted(field, max, value));
        }
    }
}
