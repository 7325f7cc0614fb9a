package dev.frontdoor.actuate;

import dev.frontdoor.actuate.access.CurrentOperator;
import dev.frontdoor.actuate.access.Operator;
import dev.frontdoor.auth.role.OperatorRole;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.web.ExposableWebEndpoint;
import org.springframework.boot.actuate.endpoint.web.WebEndpointHttpMethod;
import org.springframework.boot.actuate.endpoint.web.WebEndpointsSupplier;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;

import reactor.core.publisher.Mono;

import java.util.List;

/** Tells operators who they are to the service, and what they may change. */
@WebEndpoint(id = "operator")
public final class OperatorEndpoint {

    private final ObjectProvider<WebEndpointsSupplier> endpoints;

    /**
     * An endpoint.
     *
     * @param endpoints all endpoints, this one included
     */
    OperatorEndpoint(ObjectProvider<WebEndpointsSupplier> endpoints) {
        this.endpoints = endpoints;
    }

    /** Returns who sends the request. */
    @ReadOperation
    public Mono<OperatorDescriptor> operator() {
        return CurrentOperator.get().map(this::describe);
    }

    private OperatorDescriptor describe(Operator operator) {
        return new OperatorDescriptor(
                operator.name(),
                operator.proof(),
                operator.roles(),
                operator.has(OperatorRole.OPERATE) ? changeable() : List.of());
    }

    private List<String> changeable() {
        return endpoints.stream()
                .flatMap(supplier -> supplier.getEndpoints().stream())
                .filter(OperatorEndpoint::changes)
                .map(endpoint -> endpoint.getEndpointId().toString())
                .sorted()
                .toList();
    }

    private static boolean changes(ExposableWebEndpoint endpoint) {
        return endpoint.getOperations().stream()
                .anyMatch(operation ->
                        operation.getRequestPredicate().getHttpMethod()
                                != WebEndpointHttpMethod.GET);
    }

    /**
     * Who sends a request.
     *
     * @param name as logs and events name them
     * @param proof how they have proved it: {@code token}, {@code jwt}, {@code certificate}, {@code
     *     loopback} or {@code none}
     * @param roles what they may do: {@code view}, {@code operate}
     * @param changes the endpoints by which they may change something, sorted; empty if that is
     *     none
     */
    public record OperatorDescriptor(
            String name, String proof, List<String> roles, List<String> changes) {}
}
