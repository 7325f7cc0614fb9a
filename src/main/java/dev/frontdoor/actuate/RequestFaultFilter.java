package dev.frontdoor.actuate;

import dev.frontdoor.connection.ConditionalOnFrontDoor;
import dev.frontdoor.notifier.DisplayText;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.core.annotation.Order;
import org.springframework.core.codec.DecodingException;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.PathContainer;
import org.springframework.http.server.PathContainer.PathSegment;
import org.springframework.http.server.PathContainer.Separator;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.web.server.MethodNotAllowedException;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.ServerWebInputException;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import org.springframework.web.util.DisconnectedClientHelper;

import reactor.core.publisher.Mono;

import tools.jackson.core.JacksonException;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Answers the faults of clients with status 4xx and a body that names the fault, without a stack
 * trace in the log. Refuses paths that no endpoint has and that could mislead a search for one:
 * paths with dots, empty segments, parameters, or with separators or control characters in a
 * segment. Health answers 404 for a component that it does not have, where Spring Boot fails for
 * some paths.
 */
@ConditionalOnFrontDoor
@Order(-1)
final class RequestFaultFilter implements WebFilter {

    /** What Jackson says of a key that an object has twice. */
    private static final Pattern REPEATED_KEY =
            Pattern.compile("Duplicate Object property \"(.*)\"", Pattern.DOTALL);

    private static final String NOT_IN_A_SEGMENT = "/\\;";
    private static final String NOTHING_SERVED = "nothing is served at this path";

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
        ServerWebExchange explained =
                exchange.mutate().response(new ExplainedResponse(exchange.getResponse())).build();
        Mono<Void> served =
                chain.filter(explained)
                        .onErrorMap(
                                MethodNotAllowedException.class,
                                thrown -> notAllowed(exchange.getResponse(), thrown))
                        .onErrorMap(
                                ServerWebInputException.class, RequestFaultFilter::unreadableBody)
                        .onErrorMap(
                                RequestFaultFilter::isUnexplained,
                                thrown -> refusal(HttpStatus.NOT_FOUND, NOTHING_SERVED, thrown))
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

    private static Throwable notAllowed(
            ServerHttpResponse response, MethodNotAllowedException thrown) {
        response.getHeaders().setAllow(thrown.getSupportedMethods());
        String allowed =
                thrown.getSupportedMethods().stream()
                        .map(HttpMethod::name)
                        .sorted()
                        .collect(Collectors.joining(", "));
        return refusal(
                HttpStatus.METHOD_NOT_ALLOWED, "the methods of this path are: " + allowed, thrown);
    }

    private static Throwable unreadableBody(ServerWebInputException thrown) {
        if (!(thrown.getCause() instanceof DecodingException decoding)) {
            return thrown;
        }
        String fault =
                decoding.getCause() instanceof JacksonException json
                        ? json.getOriginalMessage()
                        : "";
        Matcher repeated = REPEATED_KEY.matcher(fault);
        return refusal(
                HttpStatus.BAD_REQUEST,
                repeated.matches()
                        ? "the body has the key '%s' twice"
                                .formatted(DisplayText.of(repeated.group(1)))
                        : "the body is not a JSON object of texts, numbers and booleans",
                thrown);
    }

    private static boolean isUnexplained(Throwable thrown) {
        return thrown instanceof ResponseStatusException exception
                && exception.getReason() == null
                && exception.getStatusCode().equals(HttpStatus.NOT_FOUND);
    }

    private static boolean isUnknownComponent(Throwable thrown) {
        return thrown instanceof IllegalStateException
                || thrown instanceof IllegalArgumentException;
    }

    private static Throwable refusal(HttpStatus status, String reason, Throwable cause) {
        return new ResponseStatusException(status, reason, cause);
    }

    /** Turns the 404 of an endpoint, which has no body, into one that says what it is about. */
    private static final class ExplainedResponse extends ServerHttpResponseDecorator {

        ExplainedResponse(ServerHttpResponse response) {
            super(response);
        }

        @Override
        public Mono<Void> setComplete() {
            return HttpStatus.NOT_FOUND.equals(getStatusCode()) && !isCommitted()
                    ? Mono.error(new ResponseStatusException(HttpStatus.NOT_FOUND, NOTHING_SERVED))
                    : super.setComplete();
        }
    }
}
