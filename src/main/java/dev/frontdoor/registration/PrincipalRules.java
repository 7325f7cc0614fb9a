package dev.frontdoor.registration;

import dev.frontdoor.notifier.Grants;
import dev.frontdoor.notifier.Principal;
import dev.frontdoor.protocol.WorkerRegistration;

import org.jspecify.annotations.Nullable;

/** What a principal may register. Section 7 of docs/protocol.md has the reasons. */
public final class PrincipalRules {

    private final boolean identityFromPrincipal;

    /**
     * The rules.
     *
     * @param identityFromPrincipal whether the identity must be the principal's name
     */
    PrincipalRules(boolean identityFromPrincipal) {
        this.identityFromPrincipal = identityFromPrincipal;
    }

    /**
     * Why a registration is rejected; null if it is granted.
     *
     * @param principal who the worker has proved to be; null where nobody has to
     */
    public @Nullable String violation(
            WorkerRegistration registration, @Nullable Principal principal) {
        if (principal == null) {
            return null;
        }
        if (identityFromPrincipal && !registration.identity().equals(principal.name())) {
            return "the identity must be \"%s\", the name of the principal"
                    .formatted(principal.name());
        }
        Grants grants = principal.grants();
        for (String namespace : registration.namespaces()) {
            if (!grants.allowsNamespace(namespace)) {
                return notGranted("namespace", namespace, principal);
            }
        }
        return grants.allowsTaskQueue(registration.taskQueue())
                ? null
                : notGranted("task queue", registration.taskQueue(), principal);
    }

    private static String notGranted(String what, String name, Principal principal) {
        return "%s \"%s\" is not granted to principal \"%s\""
                .formatted(what, name, principal.name());
    }
}
