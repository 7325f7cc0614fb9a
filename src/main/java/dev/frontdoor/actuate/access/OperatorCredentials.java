package dev.frontdoor.actuate.access;

import dev.frontdoor.notifier.Credentials;

import org.springframework.security.authentication.AbstractAuthenticationToken;

import java.io.Serial;
import java.util.List;

/** What a request has shown, before it was checked. Shows nothing secret. */
final class OperatorCredentials extends AbstractAuthenticationToken {

    @Serial private static final long serialVersionUID = 1;

    private final transient Credentials credentials;

    OperatorCredentials(Credentials credentials) {
        super(List.of());
        this.credentials = credentials;
    }

    @Override
    public String getName() {
        return Operator.ANONYMOUS.name();
    }

    @Override
    public String getPrincipal() {
        return getName();
    }

    @Override
    public Credentials getCredentials() {
        return credentials;
    }
}
