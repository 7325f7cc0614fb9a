package dev.frontdoor.actuate.access;

import dev.frontdoor.auth.AuthenticationService;
import dev.frontdoor.connection.ConditionalOnFrontDoor;
import dev.frontdoor.logging.RepeatedLines;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.server.MatcherSecurityWebFilterChain;
import org.springframework.security.web.server.WebFilterChainProxy;
import org.springframework.security.web.server.authentication.AuthenticationWebFilter;
import org.springframework.security.web.server.authorization.AuthorizationWebFilter;
import org.springframework.security.web.server.authorization.ExceptionTranslationWebFilter;
import org.springframework.security.web.server.context.SecurityContextServerWebExchangeWebFilter;
import org.springframework.security.web.server.firewall.ServerWebExchangeFirewall;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatcher.MatchResult;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatchers;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.adapter.ForwardedHeaderTransformer;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts Spring Security in front of the management port. The management context imports this class.
 * It is no {@code Configuration}, which the context of the workers' port would find and use too.
 */
@ConditionalOnFrontDoor
final class ManagementSecurity {

    /** The attribute of an exchange that tells who sent the request. */
    static final String OPERATOR = ManagementSecurity.class.getName() + ".operator";

    private static final Logger log = LoggerFactory.getLogger(ManagementSecurity.class);

    @Bean
    @Order(1)
    WebFilterChainProxy managementSecurityFilter(
            ManagementProperties properties,
            PathMappedEndpoints paths,
            @Qualifier("operatorAuthentication") AuthenticationService service,
            ObjectProvider<ForwardedHeaderTransformer> forwarded,
            RefusedRequests refused,
            RepeatedLines lines) {
        boolean required = service.isRequired();
        boolean trustsLoopback =
                properties.trustLoopback().applies(required) && !isPeerHidden(forwarded);
        OpenPaths open = new OpenPaths(properties.openEndpoints(), paths);
        AccessRules rules = new AccessRules(open, required);
        AccessRefusals refusals =
                new AccessRefusals(rules, required, trustsLoopback, refused, lines);
        CredentialsConverter converter =
                new CredentialsConverter(service.usesCertificates(), trustsLoopback);
        SiteRules sites = new SiteRules(properties.allowedOrigins(), allowedHosts(properties));
        WebFilterChainProxy proxy =
                new WebFilterChainProxy(
                        new MatcherSecurityWebFilterChain(
                                ServerWebExchangeMatchers.anyExchange(),
                                List.of(
                                        new SiteFilter(sites, open, refused),
                                        authentication(service, converter, open, refusals),
                                        new SecurityContextServerWebExchangeWebFilter(),
                                        translation(refusals),
                                        new AuthorizationWebFilter(rules))));
        // The filter before this one refuses such paths, and explains it.
        proxy.setFirewall(ServerWebExchangeFirewall.INSECURE_NOOP);
        return proxy;
    }

    private static AuthenticationWebFilter authentication(
            AuthenticationService service,
            CredentialsConverter converter,
            OpenPaths open,
            AccessRefusals refusals) {
        AuthenticationWebFilter filter =
                new AuthenticationWebFilter(new OperatorAuthenticator(service));
        filter.setServerAuthenticationConverter(converter);
        filter.setRequiresAuthenticationMatcher(
                exchange -> isOpen(exchange, open) ? MatchResult.notMatch() : MatchResult.match());
        filter.setAuthenticationFailureHandler(
                (refused, why) -> refusals.failed(refused.getExchange(), why));
        filter.setAuthenticationSuccessHandler((served, authentication) -> {
            served.getExchange()
                    .getAttributes()
                    .put(OPERATOR, OperatorAuthentication.operator(authentication));
            return served.getChain().filter(served.getExchange());
        });
        return filter;
    }

    private static boolean isOpen(ServerWebExchange exchange, OpenPaths open) {
        AccessRequest request = AccessRequest.of(exchange);
        return !request.isChange() && open.contains(request.path());
    }

    private static ExceptionTranslationWebFilter translation(AccessRefusals refusals) {
        ExceptionTranslationWebFilter filter = new ExceptionTranslationWebFilter();
        filter.setAuthenticationEntryPoint((exchange, _) -> refusals.missing(exchange));
        filter.setAccessDeniedHandler((exchange, _) ->
                exchange.<Authentication>getPrincipal()
                        .map(OperatorAuthentication::operator)
                        .flatMap(operator -> refusals.denied(exchange, operator)));
        return filter;
    }

    /** The transformer replaces the address of the peer by one that the client declares. */
    private static boolean isPeerHidden(ObjectProvider<ForwardedHeaderTransformer> forwarded) {
        boolean hidden = forwarded.getIfAvailable() != null;
        if (hidden) {
            log.warn(
                    "server.forward-headers-strategy is framework, which hides the peer's address:"
                            + " changes on the management port need a token even from loopback");
        }
        return hidden;
    }

    private static List<String> allowedHosts(ManagementProperties properties) {
        List<String> hosts = new ArrayList<>(properties.allowedHosts());
        hosts.add("localhost");
        try {
            hosts.add(InetAddress.getLocalHost().getHostName());
        } catch (UnknownHostException e) {
            log.warn("the name of this machine is unknown, so Host must not contain it", e);
        }
        return hosts;
    }
}
