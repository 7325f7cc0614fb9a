package dev.frontdoor.websocket.json;

import dev.frontdoor.protocol.Bytes;
import dev.frontdoor.protocol.Envelope;
import dev.frontdoor.protocol.Frame;
import dev.frontdoor.protocol.ProtocolVersion;
import dev.frontdoor.protocol.WorkerRegistration;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.math.BigInteger;
import java.util.List;
import java.util.Locale;

/** Writes the members of one frame, in the order of its payload. */
final class JsonFrameWriter {

    private final ObjectNode json;

    private JsonFrameWriter(ObjectNode json) {
        this.json = json;
    }

    /** Adds the members of a frame to an object, and returns it. */
    static ObjectNode write(Frame frame, ObjectNode json) {
        json.put("type", JsonFrames.nameOf(frame.type()));
        json.put("flags", frame.flags());
        json.put("streamId", frame.streamId());
        new JsonFrameWriter(json).fields(frame);
        return json;
    }

    private void fields(Frame frame) {
        switch (frame) {
            case Frame.Connect f ->
                    version("minVersion", f.minVersion())
                            .version("maxVersion", f.maxVersion())
                            .bytes("authToken", f.authToken());
            case Frame.ConnectAck f ->
                    version("selectedVersion", f.selectedVersion())
                            .number("capabilities", f.capabilities());
            case Frame.ConnectError f -> error(f.reasonCode(), f.message());
            case Frame.Disconnect _, Frame.Ping _, Frame.Pong _ -> {}
            case Frame.Subscribe f -> {
                text("channel", f.channel());
                ArrayNode schemas = json.putArray("acceptedSchemas");
                f.acceptedSchemas().forEach(schema -> schemas.add(schema.toHex()));
                number("maxInFlight", f.maxInFlight());
            }
            case Frame.SubscribeAck f ->
                    unsigned("subscriptionId", f.subscriptionId())
                            .bytes("selectedSchema", f.selectedSchema());
            case Frame.SubscribeError f -> error(f.reasonCode(), f.message());
            case Frame.Unsubscribe f -> unsigned("subscriptionId", f.subscriptionId());
            case Frame.Publish f ->
                    text("channel", f.channel())
                            .envelope(f.envelope())
                            .text("idempotencyKey", f.idempotencyKey());
            case Frame.PublishAck f -> {
                unsigned("messageId", f.messageId());
                if (f.durablePosition() != null) {
                    unsigned("durablePosition", f.durablePosition());
                }
            }
            case Frame.PublishError f -> error(f.reasonCode(), f.message());
            case Frame.ConversationOpen f ->
                    unsigned("conversationId", f.conversationId()).text("subject", f.subject());
            case Frame.ConversationMessage f ->
                    unsigned("conversationId", f.conversationId()).envelope(f.envelope());
            case Frame.ConversationClose f -> {
                unsigned("conversationId", f.conversationId());
                json.put("reasonCode", f.reasonCode());
                text("message", f.message());
            }
            case Frame.ConversationError f ->
                    unsigned("conversationId", f.conversationId())
                            .error(f.reasonCode(), f.message());
            case Frame.Accept f -> text("messageId", f.messageId());
            case Frame.Defer f -> text("messageId", f.messageId()).text("reason", f.reason());
            case Frame.Reject f -> text("messageId", f.messageId()).text("reason", f.reason());
            case Frame.Push f ->
                    unsigned("correlationId", f.correlationId()).bytes("payload", f.payload());
            case Frame.PushReply f ->
                    unsigned("correlationId", f.correlationId()).bytes("payload", f.payload());
            case Frame.WorkerRegister f -> registration(f.registration());
            case Frame.WorkerRegisterAck f -> {
                text("outcome", f.rejection() == null ? "accepted" : "rejected");
                if (f.rejection() != null) {
                    text("reason", f.rejection());
                }
            }
            case Frame.Deliver f -> {
                unsigned("deliverySeq", f.deliverySeq()).envelope(f.envelope());
                Frame.Deliver.MessageId messageId = f.messageId();
                if (messageId != null) {
                    new JsonFrameWriter(json.putObject("message"))
                            .unsigned("boot", messageId.boot())
                            .unsigned("id", messageId.number());
                }
            }
            case Frame.LinkOpen f ->
                    text("linkId", f.linkId())
                            .text("end", f.end().name().toLowerCase(Locale.ROOT))
                            .bytes("machine", f.machine())
                            .bytes("handshake", f.handshake());
            case Frame.LinkOpenAck f -> outcome(f.outcome());
            case Frame.LinkMessage f ->
                    text("subject", f.subject()).bytes("sealed", f.sealedPayload());
            case Frame.DisconnectReason f ->
                    number("reasonCode", f.reason().code()).text("name", f.reason().wireName());
            case Frame.Unknown f -> number("typeId", f.typeId()).bytes("payload", f.payload());
        }
    }

    private void outcome(Frame.LinkOpenAck.Outcome outcome) {
        switch (outcome) {
            case Frame.LinkOpenAck.Opened opened ->
                    text("outcome", "opened").bytes("handshake", opened.handshake());
            case Frame.LinkOpenAck.Held held ->
                    text("outcome", "held").text("grant", held.grant()).text("draft", held.draft());
            case Frame.LinkOpenAck.Refused refused ->
                    text("outcome", "refused").text("reason", refused.reason());
        }
    }

    private void registration(WorkerRegistration registration) {
        JsonFrameWriter fields = new JsonFrameWriter(json.putObject("registration"));
        fields.texts("namespaces", registration.namespaces())
                .text("taskQueue", registration.taskQueue())
                .text("node", registration.node())
                .texts("activityTypes", registration.activityTypes())
                .text("identity", registration.identity());
        ArrayNode activities = fields.json.putArray("activities");
        for (WorkerRegistration.Activity activity : registration.activities()) {
            new JsonFrameWriter(activities.addObject())
                    .text("name", activity.name())
                    .text("inputSchemaJson", activity.inputSchemaJson())
                    .text("outputSchemaJson", activity.outputSchemaJson());
        }
    }

    private JsonFrameWriter envelope(Envelope envelope) {
        JsonFrameWriter fields = new JsonFrameWriter(json.putObject("envelope"));
        fields.bytes("schemaId", envelope.schemaId()).text("parentId", envelope.parentId());
        Long clock = envelope.vectorClock();
        if (clock == null) {
            fields.json.putNull("vectorClock");
        } else {
            fields.unsigned("vectorClock", clock);
        }
        fields.bytes("payload", envelope.payload());
        return this;
    }

    private void error(int reasonCode, @Nullable String message) {
        number("reasonCode", reasonCode).text("message", message);
    }

    private JsonFrameWriter text(String name, @Nullable String value) {
        json.put(name, value);
        return this;
    }

    private JsonFrameWriter texts(String name, List<String> values) {
        ArrayNode array = json.putArray(name);
        values.forEach(array::add);
        return this;
    }

    private JsonFrameWriter number(String name, long value) {
        json.put(name, value);
        return this;
    }

    /** A number of 64 bits without a sign. */
    private JsonFrameWriter unsigned(String name, long value) {
        json.put(name, new BigInteger(Long.toUnsignedString(value)));
        return this;
    }

    private JsonFrameWriter bytes(String name, Bytes value) {
        json.put(name, value.toHex());
        return this;
    }

    private JsonFrameWriter version(String name, ProtocolVersion version) {
        json.putArray(name).add(version.major()).add(version.minor());
        return this;
    }
}
