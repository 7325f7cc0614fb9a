package dev.frontdoor.websocket.json;

import dev.frontdoor.protocol.Envelope;
import dev.frontdoor.protocol.Frame;
import dev.frontdoor.protocol.FrameType;
import dev.frontdoor.protocol.ProtocolException;
import dev.frontdoor.protocol.ReasonCode;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.JsonNode;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Reads one frame from JSON. The members {@code flags} and {@code streamId} may be missing. */
final class JsonFrameReader {

    private static final Map<String, FrameType> TYPES =
            Arrays.stream(FrameType.values())
                    .collect(Collectors.toMap(JsonFrames::nameOf, Function.identity()));

    private static final Set<FrameType> CONTROL =
            EnumSet.of(
                    FrameType.CONNECT,
                    FrameType.CONNECT_ACK,
                    FrameType.CONNECT_ERROR,
                    FrameType.DISCONNECT,
                    FrameType.PING,
                    FrameType.PONG,
                    FrameType.WORKER_REGISTER,
                    FrameType.WORKER_REGISTER_ACK,
                    FrameType.DISCONNECT_REASON);

    private final JsonFields fields;

    JsonFrameReader(JsonNode json) {
        this.fields = new JsonFields(json, "frame");
    }

    Frame read() {
        FrameType type = TYPES.get(fields.text("type"));
        if (type == null) {
            throw JsonFrames.malformed("the member 'type' names no frame");
        }
        int flags = fields.has("flags") ? (int) fields.number("flags", 0xFF) : 0;
        boolean control = CONTROL.contains(type);
        long defaultStream = control || type == FrameType.UNKNOWN ? 0 : 1;
        long stream =
                fields.has("streamId")
                        ? fields.number("streamId", JsonFields.MAX_U32)
                        : defaultStream;
        if (type != FrameType.UNKNOWN && control != (stream == 0)) {
            throw new ProtocolException(
                    ReasonCode.STREAM_NOT_ALLOWED, "the stream is not allowed for this type");
        }
        Frame frame = frame(type, flags, stream);
        fields.end();
        return frame;
    }

    private Frame frame(FrameType type, int flags, long stream) {
        return switch (type) {
            case CONNECT ->
                    new Frame.Connect(
                            flags,
                            fields.version("minVersion"),
                            fields.version("maxVersion"),
                            fields.bytes("authToken"));
            case CONNECT_ACK ->
                    new Frame.ConnectAck(
                            flags,
                            fields.version("selectedVersion"),
                            fields.number("capabilities", JsonFields.MAX_U32));
            case CONNECT_ERROR -> new Frame.ConnectError(flags, reasonCode(), message());
            case DISCONNECT -> new Frame.Disconnect(flags);
            case SUBSCRIBE ->
                    new Frame.Subscribe(
                            flags,
                            stream,
                            fields.text("channel"),
                            fields.bytesList("acceptedSchemas"),
                            fields.number("maxInFlight", JsonFields.MAX_U32));
            case SUBSCRIBE_ACK ->
                    new Frame.SubscribeAck(
                            flags,
                            stream,
                            fields.unsigned("subscriptionId"),
                            fields.bytes("selectedSchema"));
            case SUBSCRIBE_ERROR ->
                    new Frame.SubscribeError(flags, stream, reasonCode(), message());
            case UNSUBSCRIBE ->
                    new Frame.Unsubscribe(flags, stream, fields.unsigned("subscriptionId"));
            case PUBLISH ->
                    new Frame.Publish(
                            flags,
                            stream,
                            fields.text("channel"),
                            envelope(),
                            fields.optionalText("idempotencyKey"));
            case PUBLISH_ACK ->
                    new Frame.PublishAck(
                            flags,
                            stream,
                            fields.unsigned("messageId"),
                            fields.has("durablePosition")
                                    ? fields.optionalUnsigned("durablePosition")
                                    : null);
            case PUBLISH_ERROR -> new Frame.PublishError(flags, stream, reasonCode(), message());
            case CONVERSATION_OPEN ->
                    new Frame.ConversationOpen(
                            flags, stream, conversationId(), fields.text("subject"));
            case CONVERSATION_MESSAGE ->
                    new Frame.ConversationMessage(flags, stream, conversationId(), envelope());
            case CONVERSATION_CLOSE ->
                    new Frame.ConversationClose(
                            flags,
                            stream,
                            conversationId(),
                            fields.isNull("reasonCode") ? null : reasonCode(),
                            message());
            case CONVERSATION_ERROR ->
                    new Frame.ConversationError(
                            flags, stream, conversationId(), reasonCode(), message());
            case ACCEPT -> new Frame.Accept(flags, stream, fields.text("messageId"));
            case DEFER ->
                    new Frame.Defer(
                            flags, stream, fields.text("messageId"), fields.optionalText("reason"));
            case REJECT ->
                    new Frame.Reject(
                            flags, stream, fields.text("messageId"), fields.optionalText("reason"));
            case PING -> new Frame.Ping(flags);
            case PONG -> new Frame.Pong(flags);
            case PUSH ->
                    new Frame.Push(
                            flags,
                            stream,
                            fields.unsigned("correlationId"),
                            fields.bytes("payload"));
            case PUSH_REPLY ->
                    new Frame.PushReply(
                            flags,
                            stream,
                            fields.unsigned("correlationId"),
                            fields.bytes("payload"));
            case WORKER_REGISTER ->
                    new Frame.WorkerRegister(
                            flags, JsonObjects.registration(fields.object("registration")));
            case WORKER_REGISTER_ACK ->
                    new Frame.WorkerRegisterAck(
                            flags,
                            switch (fields.text("outcome")) {
                                case "accepted" -> null;
                                case "rejected" -> fields.text("reason");
                                default -> throw unknown("outcome");
                            });
            case DELIVER ->
                    new Frame.Deliver(
                            flags,
                            stream,
                            fields.unsigned("deliverySeq"),
                            envelope(),
                            fields.has("message")
                                    ? JsonObjects.messageId(fields.object("message"))
                                    : null);
            case LINK_OPEN ->
                    new Frame.LinkOpen(
                            flags,
                            stream,
                            fields.text("linkId"),
                            end(),
                            fields.bytes("machine"),
                            fields.bytes("handshake"));
            case LINK_OPEN_ACK -> new Frame.LinkOpenAck(flags, stream, outcome());
            case LINK_MESSAGE ->
                    new Frame.LinkMessage(
                            flags, stream, fields.text("subject"), fields.bytes("sealed"));
            case DISCONNECT_REASON -> new Frame.DisconnectReason(flags, disconnectReason());
            case UNKNOWN ->
                    new Frame.Unknown(
                            (int) fields.number("typeId", 0xFF),
                            flags,
                            stream,
                            fields.bytes("payload"));
        };
    }

    private static RuntimeException unknown(String member) {
        return JsonFrames.malformed("the member '%s' has an unknown value".formatted(member));
    }

    private Envelope envelope() {
        return JsonObjects.envelope(fields.object("envelope"));
    }

    private int reasonCode() {
        return (int) fields.number("reasonCode", 0xFFFF);
    }

    private @Nullable String message() {
        return fields.optionalText("message");
    }

    private long conversationId() {
        return fields.unsigned("conversationId");
    }

    private Frame.LinkOpen.End end() {
        return switch (fields.text("end")) {
            case "export" -> Frame.LinkOpen.End.EXPORT;
            case "import" -> Frame.LinkOpen.End.IMPORT;
            default -> throw unknown("end");
        };
    }

    private Frame.LinkOpenAck.Outcome outcome() {
        return switch (fields.text("outcome")) {
            case "opened" -> new Frame.LinkOpenAck.Opened(fields.bytes("handshake"));
            case "held" -> new Frame.LinkOpenAck.Held(fields.text("grant"), fields.text("draft"));
            case "refused" -> new Frame.LinkOpenAck.Refused(fields.text("reason"));
            default -> throw unknown("outcome");
        };
    }

    private Frame.DisconnectReason.Reason disconnectReason() {
        String name = fields.text("name");
        long code = fields.number("reasonCode", 0xFFFF);
        return Arrays.stream(Frame.DisconnectReason.Reason.values())
                .filter(reason -> reason.code() == code && reason.wireName().equals(name))
                .findFirst()
                .orElseThrow(() -> unknown("name"));
    }
}
