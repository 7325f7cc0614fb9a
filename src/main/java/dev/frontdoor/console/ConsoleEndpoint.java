package dev.frontdoor.console;

import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;

/**
 * The operators' page, as an endpoint: its exposure and its access are those of the page, which
 * {@link ConsoleMapping} serves. Its own path redirects to the page.
 */
@WebEndpoint(id = ConsoleEndpoint.ID)
public final class ConsoleEndpoint {

    static final String ID = "console";

    ConsoleEndpoint() {}

    /** Redirects to the page. */
    // Only Spring Boot could call it, and the mapping is asked before.
    @SuppressWarnings("DoNotCallSuggester")
    @ReadOperation(produces = "text/html")
    public Object console() {
        throw new UnsupportedOperationException("ConsoleMapping redirects to the page");
    }
}
