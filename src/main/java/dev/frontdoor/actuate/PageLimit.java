package dev.frontdoor.actuate;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;

/** How many rows an answer may have. */
final class PageLimit {

    private static final int DEFAULT = 100;
    private static final int MAX = 1000;

    private PageLimit() {}

    /**
     * What was asked for, or the default.
     *
     * @throws InvalidEndpointRequestException if that is not allowed; answered as 400
     */
    static int of(@Nullable Integer limit) {
        int rows = limit == null ? DEFAULT : limit;
        if (rows < 1 || rows > MAX) {
            String reason = "limit must be from 1 to %d, was %d".formatted(MAX, rows);
            throw new InvalidEndpointRequestException(reason, reason);
        }
        return rows;
    }
}
