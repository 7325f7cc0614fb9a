package dev.frontdoor.connection;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import java.util.List;

/**
 * Which workers may connect.
 *
 * @param tokens shared tokens, one of which a worker needs; empty to accept every worker
 */
@ConfigurationProperties("frontdoor.auth")
record AuthProperties(@DefaultValue List<String> tokens) {

    /** Copies the list. */
    AuthProperties {
        tokens = List.copyOf(tokens);
    }

    /** Shows how many tokens there are, never a token. */
    @Override
    public String toString() {
        return "AuthProperties[" + tokens.size() + " tokens]";
    }
}
