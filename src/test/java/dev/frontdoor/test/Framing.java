package dev.frontdoor.test;

import dev.frontdoor.test.TestWorker.Close;

import java.io.IOException;

/** How the frames of a worker travel over its socket. One thread reads; any thread writes. */
interface Framing {

    /**
     * Reads the next message, and answers what the transport itself asks before it.
     *
     * @throws ServiceFault if the service sent what it may not send
     * @throws IOException at the end of the socket
     */
    byte[] read() throws IOException;

    /** The bytes that carry a message. */
    byte[] bytes(byte[] message);

    /** Sends the first bytes of a message whose size is announced in full. */
    void writeStart(byte[] message, int count);

    /** Says goodbye. */
    void writeClose(int code, String reason);

    /** Whether this is the end of a connection that the service ends with a close code. */
    boolean isEnd(Close close, int code);

    /** The service sent something that its protocols forbid. */
    final class ServiceFault extends IOException {

        ServiceFault(String message) {
            super(message);
        }

        static void require(boolean allowed, String fault) throws ServiceFault {
            if (!allowed) {
                throw new ServiceFault(fault);
            }
        }
    }
}
