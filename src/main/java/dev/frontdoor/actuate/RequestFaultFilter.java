package dev.frontdoor.actuate;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.PathContainer;
import org.springframework.http.server.PathContainer.PathSegment;
import org.springframework.http.server.PathContainer.Separator;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import org.springframework.web.util.DisconnectedClientHelper;

import reactor.core.publisher.Mono;

import java.util.List;

/**
 * Answers the faults of clients with status 4xx, without a stack trace in the log. Refuses paths
 * that no endpoint has and that could mislead a search for one: paths with dots, empty segments,
 * parameters, or with separators or control characters in a segment. Health answers 404 for a
 * component that it does not have, where Spring Boot fails for some paths.
 */
@Order(-1)
final class RequestFaultFilter implements WebFilter {

    private static final String NOT_IN_A_SEGMENT = "/\\;";

    private final @Nullable String health;

    RequestFaultFilter(PathMappedEndpoints paths) {
        health = paths.getPath(EndpointId.of("health"));
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        PathContainer path = exchange.getRequest().getPath();
        if (!isPlain(path.elements())) {
            return Mono.error(
                    new ResponseStatusException(
                            HttpStatus.BAD_REQUEST, "the path is not a plain path"));
        }
        boolean component = health != null && path.value().startsWith(health + "/");
        Mono<Void> served =
                chain.filter(exchange)
                        .onErrorMap(
                                DisconnectedClientHelper::isClientDisconnectedException,
                                cause -> refusal(HttpStatus.BAD_REQUEST, "the client left", cause));
        return component
                ? served.onErrorMap(
                        RequestFaultFilter::isUnknownComponent,
                        cause ->
                                refusal(
                                        HttpStatus.NOT_FOUND,
                                        "health has no such component",
                                        cause))
                : served;
    }

    private static boolean isPlain(List<PathContainer.Element> elements) {
        boolean afterSeparator = false;
        for (PathContainer.Element element : elements) {
            boolean separator = element instanceof Separator;
            if ((separator && afterSeparator)
                    || (element instanceof PathSegment segment && !isPlain(segment))) {
                return false;
            }
            afterSeparator = separator;
        }
        return true;
    }

    private static boolean isPlain(PathSegment segment) {
        String name = segment.valueToMatch();
        return segment.parameters().isEmpty()
                && !name.equals(".")
                && !name.equals("..")
                && name.chars()
                        .noneMatch(character ->
                                NOT_IN_A_SEGMENT.indexOf(character) >= 0
                                        || Character.isISOControl(character));
    }

    private static boolean isUnknownComponent(Throwable thrown) {
        return thrown instanceof IllegalStateException
                || thrown instanceof IllegalArgumentException;
    }

    private static Throwable refusal(HttpStatus status, String reason, Throwable cause) {
        return new ResponseStatusException(status, reason, cause);
    }
}
