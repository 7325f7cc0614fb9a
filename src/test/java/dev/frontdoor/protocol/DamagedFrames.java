package dev.frontdoor.protocol;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** An endless supply of damaged messages. The same seed gives the same messages. */
public final class DamagedFrames {

    private static final int LENGTH_OFFSET = 6;
    private static final int FIRST_UNASSIGNED_TYPE = 0x21;
    private static final int[] EDGES = {
        0,
        1,
        2,
        3,
        4,
        0x20,
        0x7F,
        0x80,
        0xFF,
        0x100,
        0xFFFF,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        -1
    };

    private final Random random;
    private final List<byte[]> intact;

    /**
     * Damages these messages.
     *
     * @param seed determines the damages
     */
    public DamagedFrames(long seed, List<byte[]> intact) {
        this.random = new Random(seed);
        this.intact = List.copyOf(intact);
    }

    /** The next message. It may still be a frame, another one perhaps. */
    public byte[] next() {
        byte[] message = anyIntact();
        for (int damages = random.nextInt(1, 4); damages > 0; damages--) {
            message = message.length == 0 ? anyBytes() : damaged(message);
        }
        boolean tellsItsLength = random.nextInt(4) > 0;
        if (tellsItsLength && message.length >= FrameCodec.HEADER_SIZE) {
            int length = message.length - FrameCodec.HEADER_SIZE;
            ByteBuffer.wrap(message).putInt(LENGTH_OFFSET, length);
        }
        return message;
    }

    private byte[] damaged(byte[] message) {
        int end = message.length;
        int from = random.nextInt(end);
        int to = random.nextInt(from, end) + 1;
        return switch (random.nextInt(11)) {
            case 0 -> replaced(message, from, from + 1, withAnyBitFlipped(message[from]));
            case 1 -> replaced(message, from, from + 1, (byte) anyEdge());
            case 2 -> replaced(message, from, Math.min(from + Integer.BYTES, end), anyNumber());
            case 3 -> replaced(message, 0, 1, (byte) anyType());
            case 4 -> replaced(message, 0, Math.min(LENGTH_OFFSET, end), anyTypeOnItsStream());
            case 5 -> replaced(message, Math.min(1, end), Math.min(2, end), (byte) anyEdge());
            case 6 -> replaced(message, from, end);
            case 7 -> replaced(message, from, to);
            case 8 -> replaced(message, from, from, anyBytes());
            case 9 -> replaced(message, end, end, anyBytes());
            default -> replaced(message, from, end, anyEnd());
        };
    }

    private static byte[] replaced(byte[] message, int from, int to, byte... replacement) {
        return ByteBuffer.allocate(message.length - (to - from) + replacement.length)
                .put(message, 0, from)
                .put(replacement)
                .put(message, to, message.length - to)
                .array();
    }

    private byte[] anyIntact() {
        return intact.get(random.nextInt(intact.size()));
    }

    private byte[] anyEnd() {
        byte[] other = anyIntact();
        return Arrays.copyOfRange(other, random.nextInt(other.length + 1), other.length);
    }

    private byte[] anyBytes() {
        byte[] bytes = new byte[random.nextInt(1, 20)];
        random.nextBytes(bytes);
        return bytes;
    }

    private byte withAnyBitFlipped(byte value) {
        return (byte) (value ^ 1 << random.nextInt(Byte.SIZE));
    }

    private byte[] anyNumber() {
        return ByteBuffer.allocate(Integer.BYTES).putInt(anyEdge()).array();
    }

    private byte[] anyTypeOnItsStream() {
        int type = anyType();
        int stream = FrameType.of(type).allowsStream(0) ? 0 : 1;
        return ByteBuffer.allocate(LENGTH_OFFSET)
                .put((byte) type)
                .put((byte) random.nextInt(4))
                .putInt(stream)
                .array();
    }

    private int anyType() {
        return random.nextInt(FIRST_UNASSIGNED_TYPE + 1);
    }

    private int anyEdge() {
        return EDGES[random.nextInt(EDGES.length)];
    }
}
