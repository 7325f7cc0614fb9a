package dev.frontdoor.actuate;

import com.fasterxml.jackson.annotation.JsonUnwrapped;

import dev.frontdoor.protocol.WorkerRegistration.Activity;
import dev.frontdoor.registration.LiveWorker;

import java.util.List;

/**
 * One worker with everything it declared.
 *
 * @param registration its row of the live table
 * @param activities its typed activities
 */
public record RegistrationDetailDescriptor(
        @JsonUnwrapped RegistrationDescriptor registration, List<ActivityDescriptor> activities) {

    /**
     * A typed activity.
     *
     * @param name the activity type
     * @param inputSchemaJson the schema as the worker sent it, not parsed
     * @param outputSchemaJson the schema as the worker sent it, not parsed
     */
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
