package dev.frontdoor.protocol;

import dev.frontdoor.protocol.Frame.Deliver.MessageId;
import dev.frontdoor.protocol.Frame.DisconnectReason;
import dev.frontdoor.protocol.WorkerRegistration.Activity;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Reads fields of one payload, and never past its end. */
final class PayloadReader {

    private static final int ABSENT = 0;
    private static final int PRESENT = 1;

    static final int DISCONNECT_REASON_VERSION = 1;

    private final ByteBuffer source;
    private int end;

    PayloadReader(ByteBuffer source, int length) {
        this.source = source;
        this.end = source.position() + length;
    }

    int u8() {
        require(Byte.BYTES);
        return Byte.toUnsignedInt(source.get());
    }

    int u16() {
        require(Short.BYTES);
        return Short.toUnsignedInt(source.getShort());
    }

    long u32() {
        require(Integer.BYTES);
        return Integer.toUnsignedLong(source.getInt());
    }

    long positiveU32() {
        long value = u32();
        if (value == 0) {
            throw malformed("a number that must be from 1 is 0");
        }
        return value;
    }

    long u64() {
        require(Long.BYTES);
        return source.getLong();
    }

    ProtocolVersion version() {
        return new ProtocolVersion(u16(), u16());
    }

    Bytes bytes() {
        return take(length());
    }

    Bytes rest() {
        return take(remaining());
    }

    Bytes raw(int size) {
        require(size);
        return take(size);
    }

    String string() {
        int length = length();
        if (!source.hasArray()) {
            byte[] content = new byte[length];
            source.get(content);
            return decode(content, 0, length);
        }
        int start = source.position();
        source.position(start + length);
        return decode(source.array(), source.arrayOffset() + start, length);
    }

    @Nullable String optionalString() {
        return isPresent() ? string() : null;
    }

    @Nullable Integer optionalU16() {
        return isPresent() ? u16() : null;
    }

    List<Bytes> schemaIds() {
        Bytes[] ids = new Bytes[count(Envelope.SCHEMA_ID_SIZE)];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = raw(Envelope.SCHEMA_ID_SIZE);
        }
        return List.of(ids);
    }

    Envelope envelope() {
        int outer = narrow();
        Bytes schemaId = raw(Envelope.SCHEMA_ID_SIZE);
        int afterEnvelope = narrow();
        String parentId = optionalString();
        Long vectorClock = isPresent() ? u64() : null;
        widen(afterEnvelope);
        Bytes payload = bytes();
        widen(outer);
        return new Envelope(schemaId, parentId, vectorClock, payload);
    }

    WorkerRegistration registration() {
        return new WorkerRegistration(
                strings(),
                string(),
                optionalString(),
                strings(),
                string(),
                remaining() == 0 ? List.of() : activities());
    }

    @Nullable String rejection() {
        return switch (u8()) {
            case ABSENT -> null;
            case PRESENT -> string();
            default -> throw malformed("a status of a decision is 0 or 1");
        };
    }

    MessageId messageId() {
        return new MessageId(u64(), u64());
    }

    DisconnectReason.Reason disconnectReason() {
        int version = u8();
        int code = u16();
        String name = string();
        for (DisconnectReason.Reason reason : DisconnectReason.Reason.values()) {
            if (version == DISCONNECT_REASON_VERSION
                    && reason.code() == code
                    && reason.wireName().equals(name)) {
                return reason;
            }
        }
        throw malformed("no such reason to disconnect");
    }

    void requireEnd() {
        if (remaining() != 0) {
            throw malformed("%s bytes of the payload are left over".formatted(remaining()));
        }
    }

    private List<String> strings() {
        String[] strings = new String[count(Integer.BYTES)];
        for (int i = 0; i < strings.length; i++) {
            strings[i] = string();
        }
        return List.of(strings);
    }

    private List<Activity> activities() {
        Activity[] activities = new Activity[count(3 * Integer.BYTES)];
        for (int i = 0; i < activities.length; i++) {
            activities[i] = new Activity(string(), string(), string());
        }
        return List.of(activities);
    }

    /** Reads how many items follow, each of at least so many bytes, so that it cannot lie. */
    private int count(int minItemSize) {
        long count = u32();
        if (count > remaining() / minItemSize) {
            throw malformed("%s items do not fit in %s bytes".formatted(count, remaining()));
        }
        return (int) count;
    }

    private boolean isPresent() {
        return switch (u8()) {
            case ABSENT -> false;
            case PRESENT -> true;
            default -> throw malformed("a tag of an optional field is 0 or 1");
        };
    }

    /** Reads a length and makes what it spans the whole payload, until {@link #widen}. */
    private int narrow() {
        int outer = end;
        int length = length();
        end = source.position() + length;
        return outer;
    }

    private void widen(int outer) {
        requireEnd();
        end = outer;
    }

    private int length() {
        long length = u32();
        if (length > remaining()) {
            throw malformed(
                    "a length of %s runs past the %s bytes left".formatted(length, remaining()));
        }
        return (int) length;
    }

    private Bytes take(int size) {
        byte[] content = new byte[size];
        source.get(content);
        return Bytes.wrap(content);
    }

    private int remaining() {
        return end - source.position();
    }

    private void require(int size) {
        if (remaining() < size) {
            throw malformed(
                    "a field of %s bytes runs past the %s left".formatted(size, remaining()));
        }
    }

    private static String decode(byte[] content, int offset, int length) {
        String decoded = new String(content, offset, length, StandardCharsets.UTF_8);
        // It replaces what is malformed, but may also have been sent.
        if (decoded.indexOf('\uFFFD') >= 0) {
            try {
                StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(content, offset, length));
            } catch (CharacterCodingException e) {
                throw malformed("a string is not well-formed UTF-8");
            }
        }
        return decoded;
    }

    static ProtocolException malformed(String message) {
        return new ProtocolException(ReasonCode.MALFORMED_PAYLOAD, message);
    }
}
