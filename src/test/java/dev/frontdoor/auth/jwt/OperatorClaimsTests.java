package dev.frontdoor.auth.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.frontdoor.auth.role.OperatorRole;
import dev.frontdoor.notifier.Principal;
import dev.frontdoor.test.server.SettingsBinder;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Which role the claims of a token give. */
class OperatorClaimsTests {

    private static final Instant EXPIRY = Instant.parse("2026-11-26T12:00:00Z");

    private final OperatorClaims claims =
            new OperatorClaims(
                    SettingsBinder.bind(
                            OperatorJwtProperties.class,
                            Map.of("frontdoor.management.auth.jwt.view-values", "view,read")));

    @Test
    void arrayAndStringGiveTheHighestRoleThatTheyName() {
        assertThat(role(List.of("view"))).isEqualTo(OperatorRole.VIEW);
        assertThat(role("openid read")).isEqualTo(OperatorRole.VIEW);
        assertThat(role(List.of("operate"))).isEqualTo(OperatorRole.OPERATE);
        assertThat(role("view operate")).isEqualTo(OperatorRole.OPERATE);
    }

    @Test
    void otherValuesGiveNoRole() {
        assertThat(role(List.of())).isNull();
        assertThat(role("")).isNull();
        assertThat(role(List.of("OPERATE", "operate,view", "operator"))).isNull();
        assertThat(OperatorRole.of(claims.principal(Map.of("sub", "ann"), EXPIRY))).isNull();
    }

    @Test
    void claimOfAnotherKindIsUnusable() {
        assertThatThrownBy(() -> role(1)).hasMessageContaining("its claim roles is neither");
        assertThatThrownBy(() -> claims.principal(Map.of("sub", 1), EXPIRY))
                .hasMessageContaining("its claim sub for the name");
    }

    @Test
    void operatorIsNamedByItsClaimUntilTheTokenExpires() {
        Principal ann = claims.principal(Map.of("sub", "ann"), EXPIRY);

        assertThat(ann.name()).isEqualTo("ann");
        assertThat(ann.kind()).isEqualTo(Principal.Kind.JWT);
        assertThat(ann.expiresAt()).isEqualTo(EXPIRY);
    }

    @Test
    void operateIncludesView() {
        assertThat(OperatorRole.OPERATE.includes(OperatorRole.VIEW)).isTrue();
        assertThat(OperatorRole.VIEW.includes(OperatorRole.VIEW)).isTrue();
        assertThat(OperatorRole.VIEW.includes(OperatorRole.OPERATE)).isFalse();
    }

    private @Nullable OperatorRole role(Object roles) {
        return OperatorRole.of(claims.principal(Map.of("sub", "ann", "roles", roles), EXPIRY));
    }
}
