package dev.frontdoor.actuate.access;

import dev.frontdoor.connection.ConditionalOnFrontDoor;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggerGroup;
import org.springframework.boot.logging.LoggerGroups;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.PathContainer;
import org.springframework.http.server.PathContainer.PathSegment;
import org.springframework.util.ClassUtils;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

import reactor.core.publisher.Mono;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Lets operators change the level of loggers that exist, and of those that a class will have. The
 * endpoint would create a logger for every name, and keep it. The log of operators' changes has a
 * level of its own, which no operator changes.
 */
@ConditionalOnFrontDoor
@Order(3)
final class LoggerChangeFilter implements WebFilter {

    private static final String OPERATORS_LOG = ManagementRequestLogFilter.class.getName();
    private static final Pattern CLASS_NAME = Pattern.compile("\\w{1,100}(\\.[\\w$]{1,100}){1,20}");

    private final LoggingSystem logging;
    private final LoggerGroups groups;
    private final @Nullable String loggers;

    LoggerChangeFilter(LoggingSystem logging, LoggerGroups groups, PathMappedEndpoints paths) {
        this.logging = logging;
        this.groups = groups;
        this.loggers = paths.getPath(EndpointId.of("loggers"));
        logging.setLogLevel(OPERATORS_LOG, LogLevel.INFO);
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        PathContainer path = exchange.getRequest().getPath().pathWithinApplication();
        if (loggers == null
                || !AccessRequest.isChange(exchange.getRequest().getMethod())
                || !path.value().startsWith(loggers + "/")
                || !(path.elements().getLast() instanceof PathSegment segment)) {
            return chain.filter(exchange);
        }
        String name = segment.valueToMatch();
        if (loggersOf(name).contains(OPERATORS_LOG)) {
            return Mono.error(
                    new ResponseStatusException(
                            HttpStatus.FORBIDDEN, "the log of operators' changes stays as it is"));
        }
        return isKnown(name)
                ? chain.filter(exchange)
                : Mono.error(
                        new ResponseStatusException(
                                HttpStatus.NOT_FOUND,
                                "neither a logger nor a class has this name"));
    }

    private List<String> loggersOf(String name) {
        LoggerGroup group = groups.get(name);
        return group == null ? List.of(name) : group.getMembers();
    }

    private boolean isKnown(String name) {
        return groups.get(name) != null
                || logging.getLoggerConfiguration(name) != null
                || isClass(name);
    }

    private static boolean isClass(String name) {
        ClassLoader loader = ClassUtils.getDefaultClassLoader();
        return loader != null
                && CLASS_NAME.matcher(name).matches()
                && loader.getResource(ClassUtils.convertClassNameToResourcePath(name) + ".class")
                        != null;
    }
}
