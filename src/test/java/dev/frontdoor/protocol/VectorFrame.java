package dev.frontdoor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.protocol.Frame.Accept;
import dev.frontdoor.protocol.Frame.Connect;
import dev.frontdoor.protocol.Frame.ConnectAck;
import dev.frontdoor.protocol.Frame.ConnectError;
import dev.frontdoor.protocol.Frame.Control;
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
import dev.frontdoor.protocol.WorkerRegistration.Activity;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.JsonNode;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Reads the meaning of a frame from JSON. Each field must be there and must be read. */
final class VectorFrame {

    private final JsonNode json;
    private final Set<String> read = new TreeSet<>();

    private VectorFrame(JsonNode json) {
        this.json = json;
    }

    static Frame read(JsonNode json) {
        VectorFrame fields = new VectorFrame(json);
        Frame frame = fields.frame();
        if (frame instanceof Control) {
            assertThat(fields.number("streamId")).isZero();
        }
        fields.assertAllRead();
        return frame;
    }

    /** The type of a name such as {@code workerRegisterAck}. */
    static FrameType type(String name) {
        return FrameType.valueOf(name.replaceAll("([A-Z])", "_$1").toUpperCase(Locale.ROOT));
    }

    private Frame frame() {
        int flags = (int) number("flags");
        return switch (type(string("type"))) {
            case CONNECT ->
                    new Connect(
                            flags,
                            version("minVersion"),
                            version("maxVersion"),
                            bytes("authToken"));
            case CONNECT_ACK ->
                    new ConnectAck(flags, version("selectedVersion"), number("capabilities"));
            case CONNECT_ERROR ->
                    new ConnectError(flags, (int) number("reasonCode"), optional("message"));
            case DISCONNECT -> new Disconnect(flags);
            case SUBSCRIBE ->
                    new Subscribe(
                            flags,
                            number("streamId"),
                            string("channel"),
                            items("acceptedSchemas")
                                    .map(item -> Bytes.ofHex(item.stringValue()))
                                    .toList(),
                            number("maxInFlight"));
            case SUBSCRIBE_ACK ->
                    new SubscribeAck(
                            flags,
                            number("streamId"),
                            number("subscriptionId"),
                            bytes("selectedSchema"));
            case SUBSCRIBE_ERROR ->
                    new SubscribeError(
                            flags,
                            number("streamId"),
                            (int) number("reasonCode"),
                            optional("message"));
            case UNSUBSCRIBE ->
                    new Unsubscribe(flags, number("streamId"), number("subscriptionId"));
            case PUBLISH ->
                    new Publish(
                            flags,
                            number("streamId"),
                            string("channel"),
                            envelope(),
                            optional("idempotencyKey"));
            case PUBLISH_ACK ->
                    new PublishAck(
                            flags,
                            number("streamId"),
                            number("messageId"),
                            json.has("durablePosition") ? number("durablePosition") : null);
            case PUBLISH_ERROR ->
                    new PublishError(
                            flags,
                            number("streamId"),
                            (int) number("reasonCode"),
                            optional("message"));
            case CONVERSATION_OPEN ->
                    new ConversationOpen(
                            flags, number("streamId"), number("conversationId"), string("subject"));
            case CONVERSATION_MESSAGE ->
                    new ConversationMessage(
                            flags, number("streamId"), number("conversationId"), envelope());
            case CONVERSATION_CLOSE ->
                    new ConversationClose(
                            flags,
                            number("streamId"),
                            number("conversationId"),
                            field("reasonCode").isNull() ? null : (int) number("reasonCode"),
                            optional("message"));
            case CONVERSATION_ERROR ->
                    new ConversationError(
                            flags,
                            number("streamId"),
                            number("conversationId"),
                            (int) number("reasonCode"),
                            optional("message"));
            case ACCEPT -> new Accept(flags, number("streamId"), string("messageId"));
            case DEFER ->
                    new Defer(flags, number("streamId"), string("messageId"), optional("reason"));
            case REJECT ->
                    new Reject(flags, number("streamId"), string("messageId"), optional("reason"));
            case PING -> new Ping(flags);
            case PONG -> new Pong(flags);
            case PUSH ->
                    new Push(flags, number("streamId"), number("correlationId"), bytes("payload"));
            case PUSH_REPLY ->
                    new PushReply(
                            flags, number("streamId"), number("correlationId"), bytes("payload"));
            case WORKER_REGISTER -> new WorkerRegister(flags, registration());
            case WORKER_REGISTER_ACK -> new WorkerRegisterAck(flags, rejection());
            case DELIVER ->
                    new Deliver(
                            flags,
                            number("streamId"),
                            number("deliverySeq"),
                            envelope(),
                            json.has("message") ? messageId() : null);
            case LINK_OPEN ->
                    new LinkOpen(
                            flags,
                            number("streamId"),
                            string("linkId"),
                            LinkOpen.End.valueOf(string("end").toUpperCase(Locale.ROOT)),
                            bytes("machine"),
                            bytes("handshake"));
            case LINK_OPEN_ACK -> new LinkOpenAck(flags, number("streamId"), linkOutcome());
            case LINK_MESSAGE ->
                    new LinkMessage(flags, number("streamId"), string("subject"), bytes("sealed"));
            case DISCONNECT_REASON -> new DisconnectReason(flags, disconnectReason());
            case UNKNOWN ->
                    new Unknown(
                            (int) number("typeId"), flags, number("streamId"), bytes("payload"));
        };
    }

    private @Nullable String rejection() {
        return string("outcome").equals("accepted") ? null : string("reason");
    }

    private LinkOpenAck.Outcome linkOutcome() {
        String outcome = string("outcome");
        return switch (outcome) {
            case "opened" -> new LinkOpenAck.Opened(bytes("handshake"));
            case "held" -> new LinkOpenAck.Held(string("grant"), string("draft"));
            case "refused" -> new LinkOpenAck.Refused(string("reason"));
            default -> throw new AssertionError("no such outcome: " + outcome);
        };
    }

    private DisconnectReason.Reason disconnectReason() {
        DisconnectReason.Reason reason =
                DisconnectReason.Reason.valueOf(string("name").toUpperCase(Locale.ROOT));
        assertThat(number("reasonCode")).isEqualTo(reason.code());
        return reason;
    }

    private MessageId messageId() {
        VectorFrame fields = new VectorFrame(field("message"));
        MessageId messageId = new MessageId(fields.number("boot"), fields.number("id"));
        fields.assertAllRead();
        return messageId;
    }

    private Envelope envelope() {
        VectorFrame fields = new VectorFrame(field("envelope"));
        Envelope envelope =
                new Envelope(
                        fields.bytes("schemaId"),
                        fields.optional("parentId"),
                        fields.field("vectorClock").isNull() ? null : fields.number("vectorClock"),
                        fields.bytes("payload"));
        fields.assertAllRead();
        return envelope;
    }

    private WorkerRegistration registration() {
        VectorFrame fields = new VectorFrame(field("registration"));
        WorkerRegistration registration =
                new WorkerRegistration(
                        fields.strings("namespaces"),
                        fields.string("taskQueue"),
                        fields.optional("node"),
                        fields.strings("activityTypes"),
                        fields.string("identity"),
                        fields.items("activities").map(VectorFrame::activity).toList());
        fields.assertAllRead();
        return registration;
    }

    private static Activity activity(JsonNode json) {
        VectorFrame fields = new VectorFrame(json);
        Activity activity =
                new Activity(
                        fields.string("name"),
                        fields.string("inputSchemaJson"),
                        fields.string("outputSchemaJson"));
        fields.assertAllRead();
        return activity;
    }

    private void assertAllRead() {
        assertThat(new TreeSet<>(json.propertyNames())).isEqualTo(read);
    }

    private JsonNode field(String name) {
        read.add(name);
        return json.required(name);
    }

    /** An unsigned number of up to 64 bits. */
    private long number(String name) {
        return field(name).bigIntegerValue().longValue();
    }

    private String string(String name) {
        return field(name).stringValue();
    }

    private @Nullable String optional(String name) {
        return field(name).isNull() ? null : string(name);
    }

    private Bytes bytes(String name) {
        return Bytes.ofHex(string(name));
    }

    private ProtocolVersion version(String name) {
        JsonNode version = field(name);
        return new ProtocolVersion(version.get(0).intValue(), version.get(1).intValue());
    }

    private List<String> strings(String name) {
        return items(name).map(JsonNode::stringValue).toList();
    }

    private Stream<JsonNode> items(String name) {
        return field(name).values().stream();
    }
}
