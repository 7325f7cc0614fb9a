package dev.frontdoor.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** The frames that a worker sends and reads. Java's buffers are big-endian, like the wire. */
final class Wire {

    static final int CONNECT_ACK = 0x02;
    static final int CONNECT_ERROR = 0x03;
    static final int PUBLISH_ERROR = 0x0B;
    static final int PUSH = 0x15;
    static final int REGISTER_ACK = 0x18;

    /** What a push's reply adds to its payload: a header, a correlation id and a length. */
    static final int REPLY_OVERHEAD = 10 + 8 + 4;

    private static final int MAX_WORDS = 1024;
    private static final byte[] NOTHING = {};

    private Wire() {}

    /**
     * A frame from the service.
     *
     * @param number a push's correlation id, or the code of an error
     * @param text the reason of a rejection or of an error; null if there is none
     */
    record Frame(int type, int stream, long number, String text, byte[] payload) {}

    /** A frame of no use to a worker. */
    static final Frame IGNORED = new Frame(0, 0, 0, null, NOTHING);

    static byte[] connect(String token) {
        return frame(0x01, 0, 0, uint(4, 0x0001_0000), uint(4, 0x0001_0003), string(token));
    }

    static byte[] disconnect() {
        return frame(0x04, 0, 0);
    }

    static byte[] register(Registration worker) {
        byte[] node = worker.node() == null ? uint(1, 0) : join(uint(1, 1), string(worker.node()));
        byte[] place =
                join(list(worker.namespaces(), Wire::string), string(worker.taskQueue()), node);
        byte[] work = join(list(worker.activityTypes(), Wire::string), string(worker.identity()));
        return frame(0x17, 0, 0, place, work, list(worker.activities(), Wire::activity));
    }

    private static byte[] activity(Registration.Activity typed) {
        return join(
                string(typed.name()), string(typed.inputSchema()), string(typed.outputSchema()));
    }

    static byte[] reply(int stream, long correlationId, byte[] payload) {
        return frame(0x16, 0, stream, uint(8, correlationId), bytes(payload));
    }

    static byte[] refusal(int stream, long correlationId, Refusal.Code code, String words) {
        return frame(0x16, 1, stream, uint(8, correlationId), string(refusalText(code, words)));
    }

    /** The envelope has neither a schema id nor a cause. */
    static byte[] publish(int stream, String channel, byte[] payload) {
        byte[] envelope = join(new byte[32], bytes(new byte[2]), bytes(payload));
        return frame(0x09, 0, stream, string(channel), bytes(envelope));
    }

    /** The spelling that every service reads: no blanks, and the fewest escapes. */
    static String refusalText(Refusal.Code code, String words) {
        StringBuilder json = new StringBuilder("{\"code\":\"" + code.text() + "\",\"words\":\"");
        for (char next : cut(words == null ? "" : words).toCharArray()) {
            int escape = "\"\\\b\f\n\r\t".indexOf(next);
            if (escape >= 0) {
                json.append('\\').append("\"\\bfnrt".charAt(escape));
            } else if (next < ' ') {
                json.append(String.format("\\u%04x", (int) next));
            } else {
                json.append(next);
            }
        }
        return json.append("\"}").toString();
    }

    /** The encoder stops before the character that does not fit. */
    private static String cut(String words) {
        ByteBuffer kept = ByteBuffer.allocate(MAX_WORDS);
        UTF_8.newEncoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .replaceWith("\ufffd".getBytes(UTF_8))
                .encode(CharBuffer.wrap(words), kept, true);
        return UTF_8.decode(kept.flip()).toString();
    }

    /**
     * Reads one message.
     *
     * @throws IllegalArgumentException if it is not one whole frame
     */
    static Frame decode(byte[] message) {
        ByteBuffer in = ByteBuffer.wrap(message);
        try {
            int type = Byte.toUnsignedInt(in.get());
            in.get(); // the flags mean nothing in the frames that are read here
            int stream = in.getInt();
            if (in.getInt() != in.remaining()) {
                throw new IllegalArgumentException("the message is not one whole frame");
            }
            Frame frame = fields(type, stream, in);
            boolean control = type != PUSH && type != PUBLISH_ERROR;
            if (frame != IGNORED && (control != (stream == 0) || in.hasRemaining())) {
                throw new IllegalArgumentException("a wrong stream, or bytes after the fields");
            }
            return frame;
        } catch (BufferUnderflowException | CharacterCodingException e) {
            throw new IllegalArgumentException("the fields do not decode", e);
        }
    }

    private static Frame fields(int type, int stream, ByteBuffer in)
            throws CharacterCodingException {
        return switch (type) {
            case CONNECT_ACK -> new Frame(type, stream, in.getLong(), null, NOTHING);
            case CONNECT_ERROR, PUBLISH_ERROR ->
                    new Frame(type, stream, Short.toUnsignedInt(in.getShort()), text(in), NOTHING);
            case REGISTER_ACK -> new Frame(type, stream, 0, text(in), NOTHING);
            case PUSH -> new Frame(type, stream, in.getLong(), null, bytes(in));
            default -> IGNORED;
        };
    }

    /** A text that may be absent. */
    private static String text(ByteBuffer in) throws CharacterCodingException {
        byte tag = in.get();
        if (tag != 0 && tag != 1) {
            throw new IllegalArgumentException("neither 0 nor 1 but " + tag);
        }
        return tag == 0 ? null : UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes(in))).toString();
    }

    /** Checks the length before the allocation. */
    private static byte[] bytes(ByteBuffer in) {
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] value = new byte[length];
        in.get(value);
        return value;
    }

    private static byte[] frame(int type, int flags, int stream, byte[]... fields) {
        return join(uint(1, type), uint(1, flags), uint(4, stream), bytes(join(fields)));
    }

    /** An unsigned number of the given size in bytes. */
    private static byte[] uint(int size, long value) {
        byte[] eight = ByteBuffer.allocate(8).putLong(value).array();
        return Arrays.copyOfRange(eight, 8 - size, 8);
    }

    private static byte[] bytes(byte[] value) {
        return join(uint(4, value.length), value);
    }

    private static byte[] string(String value) {
        return bytes(value.getBytes(UTF_8));
    }

    private static <T> byte[] list(List<T> items, Function<T, byte[]> encoder) {
        return join(
                uint(4, items.size()), join(items.stream().map(encoder).toArray(byte[][]::new)));
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        List.of(parts).forEach(whole::writeBytes);
        return whole.toByteArray();
    }
}
