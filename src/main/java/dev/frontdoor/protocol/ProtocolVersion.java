package dev.frontdoor.protocol;

/**
 * A version of the protocol.
 *
 * @param major 0 to 65535
 * @param minor 0 to 65535
 */
public record ProtocolVersion(int major, int minor) implements Comparable<ProtocolVersion> {

    /** The one version this service speaks. */
    public static final ProtocolVersion V1_0 = new ProtocolVersion(1, 0);

    /** Refuses what does not fit two unsigned 16-bit numbers. */
    public ProtocolVersion {
        Unsigned.requireU16(major, "major version");
        Unsigned.requireU16(minor, "minor version");
    }

    /** Whether this version lies in a range, both ends included. An inverted range holds none. */
    public boolean isWithin(ProtocolVersion min, ProtocolVersion max) {
        return compareTo(min) >= 0 && compareTo(max) <= 0;
    }

    @Override
    public int compareTo(ProtocolVersion other) {
        int byMajor = Integer.compare(major, other.major);
        return byMajor != 0 ? byMajor : Integer.compare(minor, other.minor);
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
