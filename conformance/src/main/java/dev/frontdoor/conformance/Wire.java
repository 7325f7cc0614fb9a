package dev.frontdoor.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** The frames that pass between the suite and a worker program. */
final class Wire {

    static final int CONNECT = 0x01;
    static final int DISCONNECT = 0x04;
    static final int PUBLISH = 0x09;
    static final int PING = 0x13;
    static final int PUSH_REPLY = 0x16;
    static final int WORKER_REGISTER = 0x17;

    private Wire() {}

    /** A frame of the program's. */
    record Frame(int type, int flags, int stream, byte[] payload) {

        static Frame decode(byte[] message) {
            if (message.length < 10) {
                throw new Failure("a message of %s bytes, shorter than a header", message.length);
            }
            ByteBuffer in = ByteBuffer.wrap(message);
            int type = in.get() & 0xff;
            int flags = in.get() & 0xff;
            int stream = in.getInt();
            int length = in.getInt();
            if (length != in.remaining()) {
                throw new Failure(
                        "a frame of type 0x%02x that announces %s bytes of payload and has %s",
                        type, Integer.toUnsignedString(length), in.remaining());
            }
            byte[] payload = new byte[length];
            in.get(payload);
            return new Frame(type, flags, stream, payload);
        }

        Fields fields() {
            return new Fields(ByteBuffer.wrap(payload), name(type));
        }
    }

    static String name(int type) {
        return switch (type) {
            case CONNECT -> "Connect";
            case DISCONNECT -> "Disconnect";
            case PUBLISH -> "Publish";
            case PING -> "Ping";
            case PUSH_REPLY -> "PushReply";
            case WORKER_REGISTER -> "WorkerRegister";
            default -> String.format("a frame of type 0x%02x", type);
        };
    }

    /** Reads the fields of a payload, one after the other. */
    record Fields(ByteBuffer in, String frame) {

        long number(int size) {
            try {
                long value = 0;
                for (int i = 0; i < size; i++) {
                    value = value << 8 | in.get() & 0xff;
                }
                return value;
            } catch (BufferUnderflowException e) {
                throw new Failure("a %s whose payload ends within a field", frame);
            }
        }

        byte[] bytes() {
            long length = number(4);
            if (length > in.remaining()) {
                throw new Failure("a %s with a field that exceeds its payload", frame);
            }
            byte[] value = new byte[(int) length];
            in.get(value);
            return value;
        }

        String string() {
            return new String(bytes(), UTF_8);
        }

        String optionalString() {
            return number(1) == 0 ? null : string();
        }

        List<String> strings() {
            List<String> values = new ArrayList<>();
            for (long count = number(4); count > 0; count--) {
                values.add(string());
            }
            return values;
        }

        void end() {
            if (in.hasRemaining()) {
                throw new Failure("a %s with %s bytes behind its fields", frame, in.remaining());
            }
        }
    }

    /** A Connect of the program's. */
    record Connect(int minMajor, int minMinor, int maxMajor, int maxMinor, String token) {

        static Connect of(Frame frame) {
            Fields in = frame.fields();
            Connect read =
                    new Connect(
                            (int) in.number(2),
                            (int) in.number(2),
                            (int) in.number(2),
                            (int) in.number(2),
                            in.string());
            in.end();
            return read;
        }
    }

    /** A WorkerRegister of the program's. */
    record Registration(
            List<String> namespaces,
            String taskQueue,
            String node,
            List<String> activityTypes,
            String identity,
            List<String> activities) {

        static Registration of(Frame frame) {
            Fields in = frame.fields();
            List<String> namespaces = in.strings();
            String taskQueue = in.string();
            String node = in.optionalString();
            List<String> types = in.strings();
            String identity = in.string();
            List<String> activities = new ArrayList<>();
            for (long count = in.number(4); count > 0; count--) {
                activities.add(in.string() + " " + in.string() + " " + in.string());
            }
            in.end();
            return new Registration(namespaces, taskQueue, node, types, identity, activities);
        }
    }

    /** A PushReply of the program's. */
    record Reply(int flags, int stream, long id, byte[] payload) {

        static Reply of(Frame frame) {
            Fields in = frame.fields();
            Reply read = new Reply(frame.flags(), frame.stream(), in.number(8), in.bytes());
            in.end();
            return read;
        }

        String text() {
            return new String(payload, UTF_8);
        }

        boolean refuses() {
            return flags == 1;
        }
    }

    static byte[] connectAck() {
        return hex("02 00 00000000 00000008 0001 0000 00000000");
    }

    static byte[] connectError(int code, String message) {
        return frame(0x03, 0, join(number(2, code), number(1, 1), string(message)));
    }

    static byte[] accepted() {
        return hex("18 00 00000000 00000001 00");
    }

    static byte[] rejected(String reason) {
        return frame(0x18, 0, join(number(1, 1), string(reason)));
    }

    static byte[] push(int stream, long id, byte[] payload) {
        return frame(0x15, stream, join(number(8, id), sized(payload)));
    }

    static byte[] push(long id, String payload) {
        return push(1, id, payload.getBytes(UTF_8));
    }

    static byte[] publishError(int stream, String message) {
        return frame(0x0b, stream, join(number(2, 0xffff), number(1, 1), string(message)));
    }

    static byte[] grantRevoked() {
        return frame(0x20, 0, join(number(1, 1), number(2, 1), string("grant_revoked")));
    }

    static byte[] frame(int type, int stream, byte[] payload) {
        return join(number(1, type), number(1, 0), number(4, stream), sized(payload));
    }

    static byte[] string(String text) {
        return sized(text.getBytes(UTF_8));
    }

    private static byte[] sized(byte[] value) {
        return join(number(4, value.length), value);
    }

    static byte[] number(int size, long value) {
        byte[] bytes = new byte[size];
        for (int i = size - 1; i >= 0; i--) {
            bytes[i] = (byte) value;
            value >>>= 8;
        }
        return bytes;
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            whole.writeBytes(part);
        }
        return whole.toByteArray();
    }

    static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }
}
