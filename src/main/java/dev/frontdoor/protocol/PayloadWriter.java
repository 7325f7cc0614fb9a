package dev.frontdoor.protocol;

import dev.frontdoor.protocol.Frame.DisconnectReason;
import dev.frontdoor.protocol.WorkerRegistration.Activity;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Writes fields one after the other into an array that grows. */
final class PayloadWriter {

    /** The largest array that every JDK makes. */
    private static final int MAX_SIZE = Integer.MAX_VALUE - 8;

    private byte[] buffer = new byte[64];
    private int size;

    PayloadWriter u8(int value) {
        reserve(Byte.BYTES).put((byte) value);
        return this;
    }

    PayloadWriter u16(int value) {
        reserve(Short.BYTES).putShort((short) value);
        return this;
    }

    PayloadWriter u32(long value) {
        reserve(Integer.BYTES).putInt((int) value);
        return this;
    }

    PayloadWriter u64(long value) {
        reserve(Long.BYTES).putLong(value);
        return this;
    }

    PayloadWriter u64IfPresent(@Nullable Long value) {
        return value == null ? this : u64(value);
    }

    PayloadWriter version(ProtocolVersion version) {
        return u16(version.major()).u16(version.minor());
    }

    PayloadWriter raw(Bytes value) {
        value.writeTo(reserve(value.size()));
        return this;
    }

    PayloadWriter bytes(Bytes value) {
        return u32(value.size()).raw(value);
    }

    PayloadWriter string(String value) {
        requireWellFormed(value);
        byte[] encoded = value.getBytes(StandardCharsets.UTF_8);
        u32(encoded.length);
        reserve(encoded.length).put(encoded);
        return this;
    }

    PayloadWriter optionalString(@Nullable String value) {
        return value == null ? u8(0) : u8(1).string(value);
    }

    PayloadWriter optionalU16(@Nullable Integer value) {
        return value == null ? u8(0) : u8(1).u16(value);
    }

    PayloadWriter schemaIds(List<Bytes> ids) {
        u32(ids.size());
        for (Bytes id : ids) {
            raw(id);
        }
        return this;
    }

    PayloadWriter envelope(Envelope envelope) {
        int outer = beginLength();
        raw(envelope.schemaId());
        int context = beginLength();
        optionalString(envelope.parentId());
        Long clock = envelope.vectorClock();
        if (clock == null) {
            u8(0);
        } else {
            u8(1).u64(clock);
        }
        endLength(context);
        bytes(envelope.payload());
        endLength(outer);
        return this;
    }

    PayloadWriter registration(WorkerRegistration registration) {
        strings(registration.namespaces());
        string(registration.taskQueue());
        optionalString(registration.node());
        strings(registration.activityTypes());
        string(registration.identity());
        u32(registration.activities().size());
        for (Activity activity : registration.activities()) {
            string(activity.name())
                    .string(activity.inputSchemaJson())
                    .string(activity.outputSchemaJson());
        }
        return this;
    }

    PayloadWriter disconnectReason(DisconnectReason.Reason reason) {
        return u8(PayloadReader.DISCONNECT_REASON_VERSION)
                .u16(reason.code())
                .string(reason.wireName());
    }

    /** Leaves room for the length of what follows, until {@link #endLength} fills it in. */
    int beginLength() {
        u32(0);
        return size;
    }

    void endLength(int start) {
        ByteBuffer.wrap(buffer).putInt(start - Integer.BYTES, size - start);
    }

    byte[] toByteArray() {
        return size == buffer.length ? buffer : Arrays.copyOf(buffer, size);
    }

    private void strings(List<String> values) {
        u32(values.size());
        for (String value : values) {
            string(value);
        }
    }

    /** Appends so many bytes, to be put into the buffer that is returned. */
    private ByteBuffer reserve(int length) {
        int start = size;
        if (length > MAX_SIZE - start) {
            throw new IllegalArgumentException("a frame of more than %s bytes".formatted(MAX_SIZE));
        }
        size = start + length;
        if (size > buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.clamp(2L * buffer.length, size, MAX_SIZE));
        }
        return ByteBuffer.wrap(buffer, start, length);
    }

    private static void requireWellFormed(String value) {
        for (int i = 0; i < value.length(); i++) {
            char unit = value.charAt(i);
            if (Character.isSurrogate(unit)) {
                i++;
                if (i == value.length() || !Character.isSurrogatePair(unit, value.charAt(i))) {
                    throw new IllegalArgumentException("a string holds half a surrogate pair");
                }
            }
        }
    }
}
