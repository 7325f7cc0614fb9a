package dev.frontdoor.actuate;

import dev.frontdoor.connection.ConditionalOnFrontDoor;
import dev.frontdoor.notifier.DisplayText;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.AbstractDiscoveredOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.invoke.OperationParameter;
import org.springframework.boot.actuate.endpoint.invoke.reflect.OperationMethod;
import org.springframework.boot.actuate.endpoint.web.ExposableWebEndpoint;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.actuate.endpoint.web.WebEndpointsSupplier;
import org.springframework.boot.actuate.endpoint.web.WebOperation;
import org.springframework.boot.actuate.endpoint.web.WebOperationRequestPredicate;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.PathContainer;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

import reactor.core.publisher.Mono;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Refuses a request to one of this service's endpoints with status 400, unless the operation
 * declares each of its query parameters, and each has exactly one value. Spring Boot ignores such a
 * parameter, so that a misspelled filter would select all workers. The parameters are read from the
 * operations themselves.
 */
@ConditionalOnFrontDoor
@Order(2)
final class QueryParameterFilter implements WebFilter {

    private static final String OUR_PACKAGES = "dev.frontdoor.";

    private final List<Operation> operations = new ArrayList<>();

    QueryParameterFilter(WebEndpointsSupplier endpoints, PathMappedEndpoints paths) {
        for (ExposableWebEndpoint endpoint : endpoints.getEndpoints()) {
            for (WebOperation operation : endpoint.getOperations()) {
                if (operation instanceof AbstractDiscoveredOperation discovered
                        && isOurs(
                                discovered.getOperationMethod().getMethod().getDeclaringClass())) {
                    operations.add(
                            Operation.of(
                                    paths.getBasePath(),
                                    operation.getRequestPredicate(),
                                    discovered.getOperationMethod()));
                }
            }
        }
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        ServerHttpRequest request = exchange.getRequest();
        for (Operation operation : operations) {
            if (operation.handles(request)) {
                String fault = operation.fault(request.getQueryParams());
                if (fault != null) {
                    return Mono.error(new ResponseStatusException(HttpStatus.BAD_REQUEST, fault));
                }
            }
        }
        return chain.filter(exchange);
    }

    /** Whether an endpoint belongs to this service. */
    static boolean isOurs(Class<?> endpoint) {
        return endpoint.getName().startsWith(OUR_PACKAGES);
    }

    private record Operation(HttpMethod method, PathPattern path, TreeSet<String> parameters) {

        static Operation of(
                String basePath, WebOperationRequestPredicate predicate, OperationMethod method) {
            return new Operation(
                    HttpMethod.valueOf(predicate.getHttpMethod().name()),
                    PathPatternParser.defaultInstance.parse(basePath + "/" + predicate.getPath()),
                    method.getParameters().stream()
                            .filter(parameter -> parameter.getAnnotation(Selector.class) == null)
                            .map(OperationParameter::getName)
                            .collect(Collectors.toCollection(TreeSet::new)));
        }

        boolean handles(ServerHttpRequest request) {
            HttpMethod requested = request.getMethod();
            PathContainer requestedPath = request.getPath().pathWithinApplication();
            return method.equals(requested.equals(HttpMethod.HEAD) ? HttpMethod.GET : requested)
                    && path.matches(requestedPath);
        }

        /** What is wrong with the parameters of a request; null if nothing is. */
        @Nullable String fault(Map<String, List<String>> given) {
            for (Map.Entry<String, List<String>> parameter : given.entrySet()) {
                if (!parameters.contains(parameter.getKey())) {
                    return ParameterValues.unknown(parameter.getKey(), parameters);
                }
                List<String> values = parameter.getValue();
                if (values.size() != 1 || values.getFirst() == null) {
                    return "'%s' must have exactly one value"
                            .formatted(DisplayText.of(parameter.getKey()));
                }
            }
            return null;
        }
    }
}
