package dev.frontdoor.console;

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
import java.util.Map;
import java.util.Set;

/**
 * Serves the page, if the {@link ConsoleEndpoint} is exposed and may be read, and redirects to it
 * from {@code /}. Redirects are relative, so they hold behind a path prefix. It comes before Spring
 * Boot's mapping of endpoints, which has order -100.
 */
@ConditionalOnManagementPort(ManagementPortType.DIFFERENT)
final class ConsoleMapping extends AbstractHandlerMapping {

    private static final Set<HttpMethod> READS = Set.of(HttpMethod.GET, HttpMethod.HEAD);

    private final @Nullable ConsolePage page;
    private final Map<String, WebHandler> redirects;

    ConsoleMapping(WebEndpointsSupplier endpoints, PathMappedEndpoints paths) {
        setOrder(-101);
        EndpointId id = EndpointId.of(ConsoleEndpoint.ID);
        boolean served =
                endpoints.getEndpoints().stream()
                        .anyMatch(endpoint ->
                                endpoint.getEndpointId().equals(id)
                                        && !endpoint.getOperations().isEmpty());
        page = served ? new ConsolePage(endpoints, paths) : null;
        redirects = served ? toThePage(String.valueOf(paths.getPath(id))) : toTheList(paths);
    }

    private static Map<String, WebHandler> toThePage(String endpoint) {
        WebHandler fromTheTop = new Redirect(URI.create("console/"));
        String up =
                "../".repeat((int) endpoint.chars().filter(letter -> letter == '/').count() - 1);
        return Map.of(
                "/",
                fromTheTop,
                "/console",
                fromTheTop,
                endpoint,
                new Redirect(URI.create(up + "console/")));
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
