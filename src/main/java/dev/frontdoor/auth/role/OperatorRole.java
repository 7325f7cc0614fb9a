package dev.frontdoor.auth.role;

import dev.frontdoor.invocation.Labeled;
import dev.frontdoor.notifier.Principal;

import org.jspecify.annotations.Nullable;

import java.util.Map;

/** What an operator may do. Each role includes those before it. */
public enum OperatorRole implements Labeled {
    /** To read. */
    VIEW,
    /** To read and to change. */
    OPERATE;

    private static final String ATTRIBUTE = "role";

    /** The role of an operator; null if it has none. */
    public static @Nullable OperatorRole of(Principal operator) {
        String label = operator.attributes().get(ATTRIBUTE);
        for (OperatorRole role : values()) {
            if (role.label().equals(label)) {
                return role;
            }
        }
        return null;
    }

    /** The attributes of an operator with this role, or with none. */
    public static Map<String, String> attributes(@Nullable OperatorRole role) {
        return role == null ? Map.of() : Map.of(ATTRIBUTE, role.label());
    }

    /** Whether whoever has this role has the other one too. */
    public boolean includes(OperatorRole other) {
        return compareTo(other) >= 0;
    }
}
