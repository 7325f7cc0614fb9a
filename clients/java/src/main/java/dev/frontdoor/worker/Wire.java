package dev.frontdoor.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.List;

/** The frames that a worker sends and reads. Java's buffers are big-endian, like the wire. */
final class Wire {

    static final int HEADER = 10;

    /** What a push's reply adds to its payload: a header, a correlation id and a length. */
    static final int REPLY_OVERHEAD = HEADER + 8 + 4;

    private static final int MAX_WORDS = 1024;

    private Wire() {}

    /** A frame from the service. */
    sealed interface Frame {}

    record ConnectAck() implements Frame {}

    record ConnectError(int code, String message) implements Frame {}

    record RegisterAck(String rejection) implements Frame {}

    record PushFrame(int stream, long correlationId, byte[] payload) implements Frame {}

    record PublishError(int stream, int code, String message) implements Frame {}

    record Ignored(int type) implements Frame {}

    static byte[] connect(String token) {
        return frame(0x01, 0, 0, uint(2, 1), uint(2, 0), uint(2, 1), uint(2, 3), string(token));
    }

    static byte[] disconnect() {
        return frame(0x04, 0, 0);
    }

    static byte[] register(Registration worker) {
        return frame(
                0x17,
                0,
                0,
                strings(worker.namespaces()),
                string(worker.taskQueue()),
                worker.node() == null ? uint(1, 0) : join(uint(1, 1), string(worker.node())),
                strings(worker.activityTypes()),
                string(worker.identity()),
                list(
                        worker.activities().stream()
                                .map(activity ->
                                        join(
                                                string(activity.name()),
                                                string(activity.inputSchema()),
                                                string(activity.outputSchema())))
                                .toList()));
    }

    static byte[] reply(int stream, long correlationId, byte[] payload) {
        return frame(0x16, 0, stream, uint(8, correlationId), bytes(payload));
    }

    static byte[] refusal(int stream, long correlationId, Refusal.Code code, String words) {
        return frame(0x16, 1, stream, uint(8, correlationId), string(refusalText(code, words)));
    }

    static byte[] publish(int stream, String channel, byte[] payload) {
        byte[] noCause = bytes(new byte[2]);
        byte[] envelope = join(new byte[32], noCause, bytes(payload));
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

    /** At most 1,024 bytes of UTF-8, cut between two characters. */
    private static String cut(String words) {
        StringBuilder kept = new StringBuilder();
        int size = 0;
        for (int character : words.codePoints().toArray()) {
            boolean surrogate = character >= 0xD800 && character <= 0xDFFF;
            int whole = surrogate ? 0xFFFD : character;
            size += Character.toString(whole).getBytes(UTF_8).length;
            if (size > MAX_WORDS) {
                break;
            }
            kept.appendCodePoint(whole);
        }
        return kept.toString();
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
            if (Integer.toUnsignedLong(in.getInt()) != in.remaining()) {
                throw new IllegalArgumentException("the message is not one whole frame");
            }
            Frame frame = fields(type, stream, in);
            boolean control = !(frame instanceof PushFrame || frame instanceof PublishError);
            if (!(frame instanceof Ignored) && (control != (stream == 0) || in.hasRemaining())) {
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
            case 0x02 -> {
                in.getLong(); // version and capabilities
                yield new ConnectAck();
            }
            case 0x03 -> new ConnectError(u16(in), optionalString(in));
            case 0x0B -> new PublishError(stream, u16(in), optionalString(in));
            case 0x15 -> new PushFrame(stream, in.getLong(), bytes(in));
            case 0x18 -> new RegisterAck(optionalString(in)); // the layout is the same
            default -> new Ignored(type);
        };
    }

    private static int u16(ByteBuffer in) {
        return Short.toUnsignedInt(in.getShort());
    }

    private static String optionalString(ByteBuffer in) throws CharacterCodingException {
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

    private static byte[] strings(List<String> values) {
        return list(values.stream().map(Wire::string).toList());
    }

    private static byte[] list(List<byte[]> items) {
        return join(uint(4, items.size()), join(items.toArray(new byte[0][])));
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        List.of(parts).forEach(whole::writeBytes);
        return whole.toByteArray();
    }
}
