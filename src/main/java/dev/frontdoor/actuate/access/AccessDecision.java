package dev.frontdoor.actuate.access;

import org.springframework.http.HttpStatus;

/** What happens to a request. */
sealed interface AccessDecision {

    /** The operator of a request without a token that does not come from loopback. */
    String ANONYMOUS = "anonymous";

    /** The operator of a request from loopback without a token. */
    String LOOPBACK = "loopback";

    /** Who sent the request: the name of its token, {@link #LOOPBACK} or {@link #ANONYMOUS}. */
    String operator();

    /** The request is served. */
    record Allowed(String operator) implements AccessDecision {}

    /**
     * The request is refused.
     *
     * @param reason what the client reads
     */
    record Refused(String operator, HttpStatus status, String reason) implements AccessDecision {

        static Refused forbidden(String operator, String reason) {
            return new Refused(operator, HttpStatus.FORBIDDEN, reason);
        }

        static Refused unauthorized(String reason) {
            return new Refused(ANONYMOUS, HttpStatus.UNAUTHORIZED, reason);
        }
    }
}
