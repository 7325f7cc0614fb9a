package dev.frontdoor.console;

import dev.frontdoor.actuate.ReadableEndpoint;
import dev.frontdoor.connection.ConditionalOnFrontDoor;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.autoconfigure.web.server.ConditionalOnManagementPort;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.actuate.endpoint.web.WebEndpointsSupplier;
import org.springframework.http.HttpMethod;
import org.springframework.web.reactive.handler.AbstractHandlerMapping;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;

import reactor.core.publisher.Mono;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Serves the page, if the {@link ConsoleEndpoint} is exposed and may be read, and redirects to it
 * from {@code /}. Redirects are relative, so they hold behind a path prefix. It comes before Spring
 * Boot's mapping of endpoints, which has order -100.
 */
@ConditionalOnFrontDoor
@ConditionalOnManagementPort(ManagementPortType.DIFFERENT)
final class ConsoleMapping extends AbstractHandlerMapping {

    private static final Set<HttpMethod> READS = Set.of(HttpMethod.GET, HttpMethod.HEAD);

    private final @Nullable ConsolePage page;
    private final Map<String, WebHandler> redirects;

    ConsoleMapping(WebEndpointsSupplier endpoints, PathMappedEndpoints paths) {
        setOrder(-101);
        String endpoint =
                ReadableEndpoint.path(endpoints, paths, EndpointId.of(ConsoleEndpoint.ID));
        page = endpoint == null ? null : new ConsolePage(endpoints, paths);
        redirects = endpoint == null ? toTheList(paths) : toThePage(endpoint);
    }

    private static Map<String, WebHandler> toThePage(String endpoint) {
        long depth = endpoint.chars().filter(letter -> letter == '/').count() - 1;
        Map<String, WebHandler> redirects = new HashMap<>();
        redirects.put(endpoint, new Redirect(URI.create("../".repeat((int) depth) + "console/")));
        redirects.put("/", new Redirect(URI.create("console/")));
        redirects.put("/console", new Redirect(URI.create("console/")));
        return redirects;
    }

    /** Without the page, {@code /} leads to the list of endpoints. */
    private static Map<String, WebHandler> toTheList(PathMappedEndpoints paths) {
        String base = paths.getBasePath();
        return base.length() < 2
                ? Map.of()
                : Map.of("/", new Redirect(URI.create(base.substring(1))));
    }

    @Override
    protected Mono<?> getHandlerInternal(ServerWebExchange exchange) {
        if (!READS.contains(exchange.getRequest().getMethod())) {
            return Mono.empty();
        }
        String path = exchange.getRequest().getPath().pathWithinApplication().value();
        PageFile file = page == null ? null : page.find(path);
        return Mono.justOrEmpty(file == null ? redirects.get(path) : new PageFileHandler(file));
    }
}
