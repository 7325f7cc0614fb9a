package dev.frontdoor.actuate.stream;

import dev.frontdoor.actuate.ReadableEndpoint;
import dev.frontdoor.connection.ConditionalOnFrontDoor;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.CorsEndpointProperties;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.actuate.endpoint.web.WebEndpointsSupplier;
import org.springframework.http.HttpMethod;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.reactive.handler.AbstractHandlerMapping;
import org.springframework.web.server.ServerWebExchange;

import reactor.core.publisher.Mono;

import java.util.Map;
import java.util.Set;

/**
 * Hands the reads of the {@link EventsEndpoint} to the stream, if that endpoint is exposed and may
 * be read. It comes before Spring Boot's mapping of endpoints, which has order -100.
 */
@ConditionalOnFrontDoor
final class EventStreamMapping extends AbstractHandlerMapping {

    private static final Set<HttpMethod> READS = Set.of(HttpMethod.GET, HttpMethod.HEAD);

    private final EventStreamHandler handler;
    private final @Nullable String path;

    EventStreamMapping(
            EventStreamHandler handler,
            WebEndpointsSupplier endpoints,
            PathMappedEndpoints paths,
            ObjectProvider<CorsEndpointProperties> cors) {
        this.handler = handler;
        path = ReadableEndpoint.path(endpoints, paths, EndpointId.of(EventsEndpoint.ID));
        setOrder(-101);
        CorsEndpointProperties properties = cors.getIfAvailable();
        CorsConfiguration allowed = properties == null ? null : properties.toCorsConfiguration();
        if (path != null && allowed != null) {
            setCorsConfigurations(Map.of(path, allowed));
        }
    }

    @Override
    protected Mono<?> getHandlerInternal(ServerWebExchange exchange) {
        boolean ours =
                READS.contains(exchange.getRequest().getMethod())
                        && exchange.getRequest()
                                .getPath()
                                .pathWithinApplication()
                                .value()
                                .equals(path);
        return ours ? Mono.just(handler) : Mono.empty();
    }
}
