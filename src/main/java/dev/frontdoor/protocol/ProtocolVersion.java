package dev.frontdoor.protocol;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * A version of the protocol.
 *
 * @param major 0 to 65535
 * @param minor 0 to 65535
 */
public record ProtocolVersion(int major, int minor) implements Comparable<ProtocolVersion> {

    /** The first version. */
    public static final ProtocolVersion V1_0 = new ProtocolVersion(1, 0);

    /** Adds the durable position of a {@link Frame.PublishAck}. */
    public static final ProtocolVersion V1_1 = new ProtocolVersion(1, 1);

    /** Adds the message id of a {@link Frame.Deliver}. */
    public static final ProtocolVersion V1_2 = new ProtocolVersion(1, 2);

    /** Adds {@link Frame.DisconnectReason}. */
    public static final ProtocolVersion V1_3 = new ProtocolVersion(1, 3);

    private static final List<ProtocolVersion> HIGHEST_FIRST = List.of(V1_3, V1_2, V1_1, V1_0);

    /** Refuses what does not fit two unsigned 16-bit numbers. */
    public ProtocolVersion {
        Unsigned.requireU16(major, "major version");
        Unsigned.requireU16(minor, "minor version");
    }

    /**
     * The highest version from 1.0 to 1.3 in a range, both ends included.
     *
     * @return null if the range holds none, as an inverted one does
     */
    public static @Nullable ProtocolVersion highestWithin(
            ProtocolVersion min, ProtocolVersion max) {
        for (ProtocolVersion version : HIGHEST_FIRST) {
            if (version.compareTo(min) >= 0 && version.compareTo(max) <= 0) {
                return version;
            }
        }
        return null;
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
