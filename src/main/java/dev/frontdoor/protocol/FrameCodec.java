package dev.frontdoor.protocol;

import dev.frontdoor.protocol.Frame.Accept;
import dev.frontdoor.protocol.Frame.Connect;
import dev.frontdoor.protocol.Frame.ConnectAck;
import dev.frontdoor.protocol.Frame.ConnectError;
import dev.frontdoor.protocol.Frame.ConversationClose;
import dev.frontdoor.protocol.Frame.ConversationError;
import dev.frontdoor.protocol.Frame.ConversationMessage;
import dev.frontdoor.protocol.Frame.ConversationOpen;
import dev.frontdoor.protocol.Frame.Defer;
import dev.frontdoor.protocol.Frame.Deliver;
import dev.frontdoor.protocol.Frame.Deliver.MessageId;
import dev.frontdoor.protocol.Frame.Disconnect;
import dev.frontdoor.protocol.Frame.DisconnectReason;
import dev.frontdoor.protocol.Frame.LinkMessage;
import dev.frontdoor.protocol.Frame.LinkOpen;
import dev.frontdoor.protocol.Frame.LinkOpenAck;
import dev.frontdoor.protocol.Frame.Ping;
import dev.frontdoor.protocol.Frame.Pong;
import dev.frontdoor.protocol.Frame.Publish;
import dev.frontdoor.protocol.Frame.PublishAck;
import dev.frontdoor.protocol.Frame.PublishError;
import dev.frontdoor.protocol.Frame.Push;
import dev.frontdoor.protocol.Frame.PushReply;
import dev.frontdoor.protocol.Frame.Reject;
import dev.frontdoor.protocol.Frame.Subscribe;
import dev.frontdoor.protocol.Frame.SubscribeAck;
import dev.frontdoor.protocol.Frame.SubscribeError;
import dev.frontdoor.protocol.Frame.Unknown;
import dev.frontdoor.protocol.Frame.Unsubscribe;
import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.protocol.Frame.WorkerRegisterAck;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Turns frames into bytes and bytes into frames. Pure: no I/O, no state; nothing of a declared size
 * is allocated before that many bytes are known to be there. May be used from any thread.
 */
public final class FrameCodec {

    /** Bytes of a header: type, flags, stream id, payload length. */
    public static final int HEADER_SIZE = 10;

    private FrameCodec() {}

    /**
     * Decodes a message, which must be one whole frame and nothing else.
     *
     * @param message heap or direct, read from its position to its limit; big-endian, as buffers
     *     are by default
     * @throws ProtocolException if it is anything else; the position is then undefined
     */
    public static Frame decode(ByteBuffer message) {
        Frame frame = decodeNext(message);
        if (message.hasRemaining()) {
            throw new ProtocolException(
                    ReasonCode.MALFORMED_PAYLOAD,
                    "bytes after the frame: %s; a message holds exactly one frame"
                            .formatted(message.remaining()));
        }
        return frame;
    }

    /**
     * Decodes the frame a buffer begins with and leaves the position behind it.
     *
     * @param source read from its position
     * @throws ProtocolException if the buffer does not begin with a whole frame; the position is
     *     then undefined
     */
    static Frame decodeNext(ByteBuffer source) {
        if (source.order() != ByteOrder.BIG_ENDIAN) {
            throw new IllegalArgumentException("a frame is read from a big-endian buffer");
        }
        if (source.remaining() < HEADER_SIZE) {
            throw new ProtocolException(
                    ReasonCode.INCOMPLETE_HEADER,
                    "%s bytes, a header has %s".formatted(source.remaining(), HEADER_SIZE));
        }
        int typeId = Byte.toUnsignedInt(source.get());
        int flags = Byte.toUnsignedInt(source.get());
        long streamId = Integer.toUnsignedLong(source.getInt());
        long length = Integer.toUnsignedLong(source.getInt());
        FrameType type = FrameType.of(typeId);
        if (length > source.remaining()) {
            throw new ProtocolException(
                    ReasonCode.INCOMPLETE_PAYLOAD,
                    "a payload of %s bytes is declared, %s follow"
                            .formatted(length, source.remaining()));
        }
        if (!type.allowsStream(streamId)) {
            throw new ProtocolException(
                    ReasonCode.STREAM_NOT_ALLOWED,
                    "type 0x%02X on stream %s; it travels on stream %s"
                            .formatted(typeId, streamId, streamId == 0 ? "1 or more" : "0"));
        }
        PayloadReader in = new PayloadReader(source, (int) length);
        Frame frame =
                type == FrameType.UNKNOWN
                        ? new Unknown(typeId, flags, streamId, in.rest())
                        : decodePayload(type, flags, streamId, in);
        in.requireEnd();
        return frame;
    }

    private static Frame decodePayload(FrameType type, int flags, long streamId, PayloadReader in) {
        return switch (type) {
            case CONNECT -> new Connect(flags, in.version(), in.version(), in.bytes());
            case CONNECT_ACK -> new ConnectAck(flags, in.version(), in.u32());
            case CONNECT_ERROR -> new ConnectError(flags, in.u16(), in.optionalString());
            case DISCONNECT -> new Disconnect(flags);
            case SUBSCRIBE ->
                    new Subscribe(flags, streamId, in.string(), in.schemaIds(), in.positiveU32());
            case SUBSCRIBE_ACK ->
                    new SubscribeAck(flags, streamId, in.u64(), in.raw(Envelope.SCHEMA_ID_SIZE));
            case SUBSCRIBE_ERROR ->
                    new SubscribeError(flags, streamId, in.u16(), in.optionalString());
            case UNSUBSCRIBE -> new Unsubscribe(flags, streamId, in.u64());
            case PUBLISH ->
                    new Publish(
                            flags,
                            streamId,
                            in.string(),
                            in.envelope(),
                            (flags & Publish.IDEMPOTENT) != 0 ? in.string() : null);
            case PUBLISH_ACK ->
                    new PublishAck(
                            flags,
                            streamId,
                            in.u64(),
                            (flags & PublishAck.DURABLE) != 0 ? in.u64() : null);
            case PUBLISH_ERROR -> new PublishError(flags, streamId, in.u16(), in.optionalString());
            case CONVERSATION_OPEN -> new ConversationOpen(flags, streamId, in.u64(), in.string());
            case CONVERSATION_MESSAGE ->
                    new ConversationMessage(flags, streamId, in.u64(), in.envelope());
            case CONVERSATION_CLOSE ->
                    new ConversationClose(
                            flags, streamId, in.u64(), in.optionalU16(), in.optionalString());
            case CONVERSATION_ERROR ->
                    new ConversationError(flags, streamId, in.u64(), in.u16(), in.optionalString());
            case ACCEPT -> new Accept(flags, streamId, in.string());
            case DEFER -> new Defer(flags, streamId, in.string(), in.optionalString());
            case REJECT -> new Reject(flags, streamId, in.string(), in.optionalString());
            case PING -> new Ping(flags);
            case PONG -> new Pong(flags);
            case PUSH -> new Push(flags, streamId, in.u64(), in.bytes());
            case PUSH_REPLY -> new PushReply(flags, streamId, in.u64(), in.bytes());
            case WORKER_REGISTER -> new WorkerRegister(flags, in.registration());
            case WORKER_REGISTER_ACK -> new WorkerRegisterAck(flags, in.rejection());
            case DELIVER ->
                    new Deliver(
                            flags,
                            streamId,
                            in.u64(),
                            in.envelope(),
                            (flags & Deliver.IDENTIFIED) != 0 ? in.messageId() : null);
            case LINK_OPEN ->
                    new LinkOpen(
                            flags,
                            streamId,
                            in.string(),
                            LinkFields.readEnd(in),
                            in.raw(LinkOpen.MACHINE_SIZE),
                            in.bytes());
            case LINK_OPEN_ACK -> new LinkOpenAck(flags, streamId, LinkFields.readOutcome(in));
            case LINK_MESSAGE -> new LinkMessage(flags, streamId, in.string(), in.bytes());
            case DISCONNECT_REASON -> new DisconnectReason(flags, in.disconnectReason());
            case UNKNOWN -> throw new IllegalArgumentException("an unknown type has no layout");
        };
    }

    /**
     * Encodes a frame.
     *
     * @throws IllegalArgumentException if a string in it is not well-formed UTF-16, and so has no
     *     UTF-8, if it is larger than 2 GiB, or if it is a {@link PushReply} with a reserved flag
     */
    public static byte[] encode(Frame frame) {
        PayloadWriter out = new PayloadWriter();
        int typeId = frame instanceof Unknown unknown ? unknown.typeId() : frame.type().code();
        out.u8(typeId).u8(frame.flags()).u32(frame.streamId());
        int length = out.beginLength();
        encodePayload(frame, out);
        out.endLength(length);
        return out.toByteArray();
    }

    private static void encodePayload(Frame frame, PayloadWriter out) {
        switch (frame) {
            case Connect f ->
                    out.version(f.minVersion()).version(f.maxVersion()).bytes(f.authToken());
            case ConnectAck f -> out.version(f.selectedVersion()).u32(f.capabilities());
            case ConnectError f -> out.u16(f.reasonCode()).optionalString(f.message());
            case Disconnect _, Ping _, Pong _ -> {}
            case Subscribe f ->
                    out.string(f.channel()).schemaIds(f.acceptedSchemas()).u32(f.maxInFlight());
            case SubscribeAck f -> out.u64(f.subscriptionId()).raw(f.selectedSchema());
            case SubscribeError f -> out.u16(f.reasonCode()).optionalString(f.message());
            case Unsubscribe f -> out.u64(f.subscriptionId());
            case Publish f -> {
                out.string(f.channel()).envelope(f.envelope());
                if (f.idempotencyKey() != null) {
                    out.string(f.idempotencyKey());
                }
            }
            case PublishAck f -> out.u64(f.messageId()).u64IfPresent(f.durablePosition());
            case PublishError f -> out.u16(f.reasonCode()).optionalString(f.message());
            case ConversationOpen f -> out.u64(f.conversationId()).string(f.subject());
            case ConversationMessage f -> out.u64(f.conversationId()).envelope(f.envelope());
            case ConversationClose f ->
                    out.u64(f.conversationId())
                            .optionalU16(f.reasonCode())
                            .optionalString(f.message());
            case ConversationError f ->
                    out.u64(f.conversationId()).u16(f.reasonCode()).optionalString(f.message());
            case Accept f -> out.string(f.messageId());
            case Defer f -> out.string(f.messageId()).optionalString(f.reason());
            case Reject f -> out.string(f.messageId()).optionalString(f.reason());
            case Push f -> out.u64(f.correlationId()).bytes(f.payload());
            case PushReply f -> {
                if ((f.flags() & ~PushReply.REFUSAL) != 0) {
                    throw new IllegalArgumentException(
                            "flags 0x%02X of a reply are reserved".formatted(f.flags()));
                }
                out.u64(f.correlationId()).bytes(f.payload());
            }
            case WorkerRegister f -> out.registration(f.registration());
            case WorkerRegisterAck f -> out.optionalString(f.rejection());
            case Deliver f -> {
                out.u64(f.deliverySeq()).envelope(f.envelope());
                MessageId messageId = f.messageId();
                if (messageId != null) {
                    out.u64(messageId.boot()).u64(messageId.number());
                }
            }
            case LinkOpen f ->
                    out.string(f.linkId()).u8(f.end().code()).raw(f.machine()).bytes(f.handshake());
            case LinkOpenAck f -> LinkFields.writeOutcome(f.outcome(), out);
            case LinkMessage f -> out.string(f.subject()).bytes(f.sealedPayload());
            case DisconnectReason f -> out.disconnectReason(f.reason());
            case Unknown f -> out.raw(f.payload());
        }
    }
}
