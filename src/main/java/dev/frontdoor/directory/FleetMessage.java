package dev.frontdoor.directory;

/**
 * A message from one instance to another: an action, its outcome, or its cancellation.
 *
 * @param id the number of the action, unique within the instance that asks for it
 * @param from the instance that sends the message
 * @param to the instance that it is for
 * @param deadline after which it is ignored, in milliseconds of Redis's time
 */
record FleetMessage(long id, String from, String to, long deadline, Body body) {

    /** What it says. */
    sealed interface Body permits FleetAction, FleetOutcome, Cancel {}

    /** The action is not wanted any more. */
    record Cancel() implements Body {}
}
