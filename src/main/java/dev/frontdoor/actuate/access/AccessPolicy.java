package dev.frontdoor.actuate.access;

import static dev.frontdoor.actuate.access.AccessDecision.ANONYMOUS;
import static dev.frontdoor.actuate.access.AccessDecision.LOOPBACK;

import dev.frontdoor.actuate.access.AccessDecision.Allowed;
import dev.frontdoor.actuate.access.AccessDecision.Refused;
import dev.frontdoor.actuate.access.AccessRequest.Target;
import dev.frontdoor.actuate.access.ManagementTokens.Holder;
import dev.frontdoor.notifier.DisplayText;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Decides about each request to the management port. A pure function of the request.
 *
 * <p>A change needs a token of role operate, or comes from loopback. A page of another site may
 * never change anything, whatever token it has. Only known hosts are served, so that a page whose
 * name resolves to this machine reads nothing. Health is always served, and meters need no token.
 */
final class AccessPolicy {

    private static final String BEARER = "bearer ";
    private static final String FETCH_SITE = "Sec-Fetch-Site";
    private static final Set<String> OWN_SITES = Set.of("same-origin", "none");

    private final ManagementTokens tokens;
    private final boolean trustLoopback;
    private final Set<String> allowedOrigins;
    private final Set<String> allowedHosts;

    /**
     * A policy.
     *
     * @param allowedOrigins besides the origin of the host that a request names
     * @param allowedHosts besides addresses
     */
    AccessPolicy(
            ManagementTokens tokens,
            boolean trustLoopback,
            List<String> allowedOrigins,
            List<String> allowedHosts) {
        this.tokens = tokens;
        this.trustLoopback = trustLoopback;
        this.allowedOrigins = lowerCase(allowedOrigins);
        this.allowedHosts = lowerCase(allowedHosts);
    }

    /** The decision about a request. */
    AccessDecision decide(AccessRequest request) {
        boolean change = request.isChange();
        if (!change && request.target() == Target.HEALTH) {
            return new Allowed(ANONYMOUS);
        }
        HttpHeaders headers = request.headers();
        HostAndPort host = HostAndPort.ofHost(headers.getOrEmpty(HttpHeaders.HOST));
        if (host == null || !isAllowed(host)) {
            return Refused.forbidden(
                    ANONYMOUS,
                    "host %s is not in frontdoor.management.allowed-hosts"
                            .formatted(shown(headers, HttpHeaders.HOST)));
        }
        if (!change && request.target() == Target.METERS) {
            return new Allowed(ANONYMOUS);
        }
        String foreign = change ? foreignSite(host, headers) : null;
        if (foreign != null) {
            return Refused.forbidden(ANONYMOUS, foreign);
        }
        List<String> bearer = bearerTokens(headers);
        return bearer.isEmpty() ? decideWithoutToken(request) : decide(change, bearer);
    }

    private AccessDecision decide(boolean change, List<String> bearer) {
        Holder holder = bearer.size() == 1 ? tokens.find(bearer.getFirst()) : null;
        if (holder == null) {
            return Refused.unauthorized("the token is not in frontdoor.management.tokens");
        }
        return change && !holder.mayChange()
                ? Refused.forbidden(holder.name(), "a token of role view may only read")
                : new Allowed(holder.name());
    }

    private AccessDecision decideWithoutToken(AccessRequest request) {
        if (trustLoopback && request.isFromLoopback()) {
            return new Allowed(LOOPBACK);
        }
        return request.isChange()
                ? Refused.forbidden(
                        ANONYMOUS,
                        "a change needs a token of role operate, as 'Authorization: Bearer TOKEN'"
                                + (trustLoopback
                                        ? ", or must come from 127.0.0.1 or ::1, not through a"
                                                + " proxy"
                                        : ""))
                : new Allowed(ANONYMOUS);
    }

    private boolean isAllowed(HostAndPort host) {
        return allowedHosts.contains(host.host()) || host.isAddress();
    }

    /** Why a browser sent this change for a page of another site; null if it did not. */
    private @Nullable String foreignSite(HostAndPort host, HttpHeaders headers) {
        for (String origin : headers.getOrEmpty(HttpHeaders.ORIGIN)) {
            if (!host.isHostOf(origin)
                    && !allowedOrigins.contains(origin.toLowerCase(Locale.ROOT))) {
                return "a page of origin %s may not change anything: it is not in frontdoor.management.allowed-origins"
                        .formatted(shown(headers, HttpHeaders.ORIGIN));
            }
        }
        return OWN_SITES.containsAll(headers.getOrEmpty(FETCH_SITE))
                ? null
                : "a page of another site may not change anything: %s is %s"
                        .formatted(FETCH_SITE, shown(headers, FETCH_SITE));
    }

    private static List<String> bearerTokens(HttpHeaders headers) {
        return headers.getOrEmpty(HttpHeaders.AUTHORIZATION).stream()
                .filter(value -> value.regionMatches(true, 0, BEARER, 0, BEARER.length()))
                .map(value -> value.substring(BEARER.length()).strip())
                .toList();
    }

    private static String shown(HttpHeaders headers, String name) {
        return "'" + DisplayText.of(String.join(", ", headers.getOrEmpty(name))) + "'";
    }

    private static Set<String> lowerCase(List<String> texts) {
        return texts.stream()
                .map(text -> text.toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
    }
}
