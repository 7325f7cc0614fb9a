package dev.frontdoor.websocket.json;

import dev.frontdoor.protocol.Envelope;
import dev.frontdoor.protocol.Frame;
import dev.frontdoor.protocol.WorkerRegistration;

/** Reads the objects in frames. Each has the members that are named here, and no others. */
final class JsonObjects {

    private JsonObjects() {}

    static Frame.Deliver.MessageId messageId(JsonFields message) {
        Frame.Deliver.MessageId read =
                new Frame.Deliver.MessageId(message.unsigned("boot"), message.unsigned("id"));
        message.end();
        return read;
    }

    static Envelope envelope(JsonFields envelope) {
        Envelope read =
                new Envelope(
                        envelope.bytes("schemaId"),
                        envelope.optionalText("parentId"),
                        envelope.optionalUnsigned("vectorClock"),
                        envelope.bytes("payload"));
        envelope.end();
        return read;
    }

    static WorkerRegistration registration(JsonFields registration) {
        WorkerRegistration read =
                new WorkerRegistration(
                        registration.texts("namespaces"),
                        registration.text("taskQueue"),
                        registration.optionalText("node"),
                        registration.texts("activityTypes"),
                        registration.text("identity"),
                        registration.objects("activities").stream()
                                .map(JsonObjects::activity)
                                .toList());
        registration.end();
        return read;
    }

    private static WorkerRegistration.Activity activity(JsonFields activity) {
        WorkerRegistration.Activity read =
                new WorkerRegistration.Activity(
                        activity.text("name"),
                        activity.text("inputSchemaJson"),
                        activity.text("outputSchemaJson"));
        activity.end();
        return read;
    }
}
