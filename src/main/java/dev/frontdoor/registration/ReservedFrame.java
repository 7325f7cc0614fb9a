package dev.frontdoor.registration;

/**
 * A frame for which a connection has made room. Either method is called, once, by any thread.
 *
 * @param sending sends the frame
 * @param releasing gives the room back
 */
public record ReservedFrame(Runnable sending, Runnable releasing) {

    /** Sends the frame, after all that was sent before and never before the first ack. */
    public void send() {
        sending.run();
    }

    /** Drops the frame, and gives its room back. */
    public void release() {
        releasing.run();
    }
}
