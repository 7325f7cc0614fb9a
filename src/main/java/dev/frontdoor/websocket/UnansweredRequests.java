package dev.frontdoor.websocket;

import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;

/** Counts the requests of one channel that have no final response yet. */
final class UnansweredRequests {

    private int count;
    private boolean interim;

    /** Counts a request. Returns how many have no response, including it. */
    int onRequest() {
        return ++count;
    }

    /** Takes note of what is written. Returns whether it completes the last missing response. */
    boolean onWrite(Object message) {
        if (message instanceof HttpResponse response) {
            interim = response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
        }
        return message instanceof LastHttpContent && !interim && count > 0 && --count == 0;
    }

    boolean isEmpty() {
        return count == 0;
    }
}
