package dev.frontdoor.test;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** The service refused an upgrade. */
public final class UpgradeRefusedException extends IOException {

    private final transient HttpResponse response;

    UpgradeRefusedException(HttpResponse response) {
        super("the upgrade was answered with " + response.status() + ": " + response.body());
        this.response = response;
    }

    /** The HTTP status. */
    public int status() {
        return response.status();
    }

    /** The values of a response header, in their order; none if it is missing. */
    public List<String> header(String name) {
        return response.header(name);
    }

    /** All response headers, by lower-case name. */
    public Map<String, List<String>> headers() {
        return response.headers();
    }

    /** The response body; empty if there is none. */
    public String body() {
        return response.body();
    }
}
