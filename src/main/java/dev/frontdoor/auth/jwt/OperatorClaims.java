package dev.frontdoor.auth.jwt;

import dev.frontdoor.auth.role.OperatorRole;
import dev.frontdoor.notifier.Grants;
import dev.frontdoor.notifier.Principal;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Makes the principal of an operator: a claim tells its role. */
final class OperatorClaims implements ClaimMapping {

    private final OperatorJwtProperties properties;

    OperatorClaims(OperatorJwtProperties properties) {
        this.properties = properties;
    }

    @Override
    public Principal principal(Map<String, Object> claims, Instant expiresAt) {
        return TokenClaims.principal(
                claims,
                properties.principalClaim(),
                Grants.ALL,
                OperatorRole.attributes(role(claims)),
                expiresAt);
    }

    private @Nullable OperatorRole role(Map<String, Object> claims) {
        List<String> values =
                TokenClaims.strings(claims, properties.rolesClaim()).stream()
                        .flatMap(value -> List.of(value.split(" ", -1)).stream())
                        .toList();
        if (!Collections.disjoint(values, properties.operateValues())) {
            return OperatorRole.OPERATE;
        }
        return Collections.disjoint(values, properties.viewValues()) ? null : OperatorRole.VIEW;
    }
}
