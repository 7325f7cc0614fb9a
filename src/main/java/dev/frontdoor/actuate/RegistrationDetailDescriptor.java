package dev.frontdoor.actuate;

import com.fasterxml.jackson.annotation.JsonUnwrapped;

import dev.frontdoor.protocol.WorkerRegistration.Activity;
import dev.frontdoor.registration.LiveWorker;

import java.util.List;

/**
 * A row of the live table with what it leaves out.
 *
 * @param registration the row
 * @param activities the typed activities, with their schemas as the worker sent them
 */
public record RegistrationDetailDescriptor(
        @JsonUnwrapped RegistrationDescriptor registration, List<ActivityDescriptor> activities) {

    /** A typed activity; the schemas are texts that nobody has parsed. */
    public record ActivityDescriptor(String name, String inputSchemaJson, String outputSchemaJson) {

        private static ActivityDescriptor of(Activity activity) {
            return new ActivityDescriptor(
                    activity.name(), activity.inputSchemaJson(), activity.outputSchemaJson());
        }
    }

    static RegistrationDetailDescriptor of(LiveWorker worker, int pendingPushes) {
        return new RegistrationDetailDescriptor(
                RegistrationDescriptor.of(worker, pendingPushes),
                worker.registration().activities().stream().map(ActivityDescriptor::of).toList());
    }
}
