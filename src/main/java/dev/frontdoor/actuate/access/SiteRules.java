package dev.frontdoor.actuate.access;

import dev.frontdoor.notifier.DisplayText;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * From which sites a request may come. A pure function of its headers.
 *
 * <p>A page of another site may never change anything, whatever credentials it has. Only known
 * hosts are served, so that a page whose name resolves to this machine reads nothing.
 */
final class SiteRules {

    private static final String FETCH_SITE = "Sec-Fetch-Site";
    private static final Set<String> OWN_SITES = Set.of("same-origin", "none");

    private final Set<String> allowedOrigins;
    private final Set<String> allowedHosts;

    /**
     * Rules.
     *
     * @param allowedOrigins besides the origin of the host that a request names
     * @param allowedHosts besides addresses
     */
    SiteRules(List<String> allowedOrigins, List<String> allowedHosts) {
        this.allowedOrigins = lowerCase(allowedOrigins);
        this.allowedHosts = lowerCase(allowedHosts);
    }

    /** Why the host that a request names is not served; null if it is. */
    @Nullable String unknownHost(HttpHeaders headers) {
        HostAndPort host = host(headers);
        return host != null && (allowedHosts.contains(host.host()) || host.isAddress())
                ? null
                : "host %s is not in frontdoor.management.allowed-hosts"
                        .formatted(shown(headers, HttpHeaders.HOST));
    }

    /** Why a browser sent a change for a page of another site; null if it did not. */
    @Nullable String foreignSite(HttpHeaders headers) {
        HostAndPort host = host(headers);
        for (String origin : headers.getOrEmpty(HttpHeaders.ORIGIN)) {
            if (!(host != null && host.isHostOf(origin))
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

    private static @Nullable HostAndPort host(HttpHeaders headers) {
        return HostAndPort.ofHost(headers.getOrEmpty(HttpHeaders.HOST));
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
