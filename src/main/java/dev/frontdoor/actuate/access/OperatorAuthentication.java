package dev.frontdoor.actuate.access;

import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.SimpleGrantedAuthority;

import java.io.Serial;

/** An operator who has been authenticated, as Spring Security carries them. */
final class OperatorAuthentication extends AbstractAuthenticationToken {

    @Serial private static final long serialVersionUID = 1;

    private final transient Operator operator;

    OperatorAuthentication(Operator operator) {
        super(operator.roles().stream().map(SimpleGrantedAuthority::new).toList());
        this.operator = operator;
        setAuthenticated(true);
    }

    /** The operator of a request. */
    static Operator operator(Authentication authentication) {
        return authentication instanceof OperatorAuthentication of
                ? of.operator
                : Operator.ANONYMOUS;
    }

    @Override
    public String getName() {
        return operator.name();
    }

    @Override
    public Operator getPrincipal() {
        return operator;
    }

    /** Nothing: the credentials are not kept. */
    @Override
    public String getCredentials() {
        return "";
    }
}
