package dev.frontdoor.test;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The service answered an upgrade with something else than a WebSocket. */
public final class UpgradeRefusedException extends IOException {

    private final int status;
    private final transient Map<String, List<String>> headers;
    private final String body;

    UpgradeRefusedException(int status, Map<String, List<String>> headers, String body) {
        super("the upgrade was answered with " + status + ": " + body);
        this.status = status;
        this.headers = headers;
        this.body = body;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** The values of a response header, in their order; none if it is missing. */
    public List<String> header(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
    }

    /** All response headers, by lower-case name. */
    public Map<String, List<String>> headers() {
        return headers;
    }

    /** The response body; empty if there is none. */
    public String body() {
        return body;
    }
}
