package dev.frontdoor.auth.jwt;

import java.io.IOException;

/** Where keys come from. Used by one thread. */
@FunctionalInterface
interface KeySource {

    /**
     * Asks for the keys.
     *
     * @param askedAt the time of the clock
     * @throws IOException if there are none now; the message says why, and shows nothing secret
     */
    KeySet fetch(long askedAt) throws IOException, InterruptedException;
}
