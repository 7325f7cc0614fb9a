package dev.frontdoor.protocol;

import dev.frontdoor.protocol.WorkerRegistration.Activity;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Reads fields of one payload, and never past its end. */
final class PayloadReader {

    private static final int ABSENT = 0;
    private static final int PRESENT = 1;

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

    Bytes schemaId() {
        require(Envelope.SCHEMA_ID_SIZE);
        return take(Envelope.SCHEMA_ID_SIZE);
    }

    String string() {
        byte[] content = new byte[length()];
        source.get(content);
        String decoded = new String(content, StandardCharsets.UTF_8);
        if (decoded.indexOf('\uFFFD') >= 0) {
            requireWellFormed(content);
        }
        return decoded;
    }

    @Nullable String optionalString() {
        return isPresent() ? string() : null;
    }

    @Nullable Integer optionalU16() {
        return isPresent() ? u16() : null;
    }

    List<Bytes> schemaIds() {
        return list(Envelope.SCHEMA_ID_SIZE, this::schemaId);
    }

    Envelope envelope() {
        int outer = narrow();
        Bytes schemaId = schemaId();
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
                remaining() == 0 ? List.of() : list(3 * Integer.BYTES, this::activity));
    }

    @Nullable String rejection() {
        return switch (u8()) {
            case ABSENT -> null;
            case PRESENT -> string();
            default -> throw malformed("a status of a decision is 0 or 1");
        };
    }

    void requireEnd() {
        if (remaining() != 0) {
            throw malformed("%d bytes of the payload are left over".formatted(remaining()));
        }
    }

    private List<String> strings() {
        return list(Integer.BYTES, this::string);
    }

    private Activity activity() {
        return new Activity(string(), string(), string());
    }

    /** Reads a list whose items have at least so many bytes each, so that no count can lie. */
    private <T> List<T> list(int minItemSize, Supplier<T> item) {
        long count = u32();
        if (count > remaining() / minItemSize) {
            throw malformed("%d items do not fit in %d bytes".formatted(count, remaining()));
        }
        List<T> items = new ArrayList<>((int) count);
        for (int i = 0; i < count; i++) {
            items.add(item.get());
        }
        return items;
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
                    "a length of %d runs past the %d bytes left".formatted(length, remaining()));
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
                    "a field of %d bytes runs past the %d left".formatted(size, remaining()));
        }
    }

    private static void requireWellFormed(byte[] content) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content));
        } catch (CharacterCodingException e) {
            throw malformed("a string is not well-formed UTF-8");
        }
    }

    private static ProtocolException malformed(String message) {
        return new ProtocolException(ReasonCode.MALFORMED_PAYLOAD, message);
    }
}
