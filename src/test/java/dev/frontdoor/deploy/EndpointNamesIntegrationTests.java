package dev.frontdoor.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.FrontDoorApplication;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.web.WebEndpointsSupplier;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.ApplicationContext;
import org.springframework.core.annotation.AnnotatedElementUtils;

import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Every endpoint in a document is exposed, with that method, path and query. */
@SpringBootTest(
        classes = FrontDoorApplication.class,
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "management.server.port=0",
            "frontdoor.directory.enabled=true",
            "spring.data.redis.port=9"
        })
class EndpointNamesIntegrationTests {

    private static final String METHOD = "GET|POST|DELETE|PUT|PATCH";
    private static final String PATH = "([a-z][\\w{}/.-]*)((?:\\?[\\w=&%.-]+)?)";

    /** {@code DELETE /registrations}: the base path may be left out. */
    private static final Pattern WITH_METHOD =
            Pattern.compile("\\b(%s) (?:\\S*/actuator)?/%s".formatted(METHOD, PATH));

    private static final Pattern WITH_BASE = Pattern.compile("/actuator/" + PATH);

    /** {@code registrations?limit=20}, below a base that the text gives. */
    private static final Pattern RELATIVE =
            Pattern.compile("/?([a-z]+(?:/[\\w{}]+)*)((?:\\?[\\w=&%.-]+)?)");

    private static final Pattern OPTION = Pattern.compile("-X (%s)".formatted(METHOD));

    private final ApplicationContext context;
    private final Set<String> groups;

    /** Each operation as {@code GET registrations/{pid}}. */
    private final Set<String> operations;

    private final Set<String> ids;

    EndpointNamesIntegrationTests(
            @Autowired ApplicationContext context,
            @Autowired WebEndpointsSupplier endpoints,
            @Autowired HealthEndpointGroups groups) {
        this.context = context;
        this.groups = groups.getNames();
        ids =
                endpoints.getEndpoints().stream()
                        .map(endpoint -> endpoint.getEndpointId().toString())
                        .collect(Collectors.toSet());
        operations =
                endpoints.getEndpoints().stream()
                        .flatMap(endpoint -> endpoint.getOperations().stream())
                        .map(operation ->
                                operation.getRequestPredicate().getHttpMethod()
                                        + " "
                                        + operation.getRequestPredicate().getPath())
                        .collect(Collectors.toSet());
    }

    @Test
    void everyEndpointInADocumentExists() {
        Set<String> found = new TreeSet<>();
        for (Document document : Document.all()) {
            found.addAll(named(document));
            assertThat(unknown(document)).as("%s", document.path()).isEmpty();
        }

        assertThat(found).hasSizeGreaterThan(20);
    }

    @Test
    void aWrongEndpointIsFound() {
        Document document =
                Document.planted(
                        """
                        `GET /registrations/{pid}`, `GET /actuator/registratons`, `POST /departures`,
                        `health/readiness`, `health/readines`, `departures?code=1006`,
                        `departures?cod=1006`, `depatures?code=1006`, `/health/livenes`, `/tmp`,
                        `GET /liminal`

                        ```console
                        $ curl -X POST localhost:8081/actuator/drain
                        $ curl -X DELETE 'localhost:8081/actuator/notifiers'
                        $ curl localhost:8081/actuator/loggers/dev.frontdoor
                        $ curl 'localhost:8081/actuator/registrations?limit=1&bevore=2'
                        ```
                        """);

        assertThat(unknown(document))
                .containsExactlyInAnyOrder(
                        "GET registratons",
                        "POST departures",
                        "GET health/readines",
                        "GET departures?cod=1006",
                        "GET depatures?code=1006",
                        "GET health/livenes",
                        "DELETE notifiers",
                        "GET registrations?limit=1&bevore=2");
    }

    /** The operations in a document, each as {@code GET registrations?limit=1}. */
    private Set<String> named(Document document) {
        Set<String> named = new LinkedHashSet<>();
        for (String code : document.code()) {
            for (String line : code.lines().toList()) {
                Matcher withMethod = WITH_METHOD.matcher(line);
                Matcher withBase = WITH_BASE.matcher(line);
                if (withMethod.find()) {
                    named.add(
                            withMethod.group(1) + " " + withMethod.group(2) + withMethod.group(3));
                } else if (withBase.find()) {
                    named.add(method(line) + " " + withBase.group(1) + withBase.group(2));
                }
            }
        }
        for (String span : document.spans()) {
            Matcher relative = RELATIVE.matcher(span);
            if (relative.matches()
                    && (!relative.group(2).isEmpty()
                            || (span.contains("/") && ids.contains(id(relative.group(1)))))) {
                named.add("GET " + relative.group(1) + relative.group(2));
            }
        }
        named.removeIf(name -> name.endsWith(" liminal"));
        return named;
    }

    private static String method(String line) {
        Matcher option = OPTION.matcher(line);
        return option.find() ? option.group(1) : "GET";
    }

    private static String id(String path) {
        return path.split("/", 2)[0];
    }

    private Set<String> unknown(Document document) {
        Map<String, Set<String>> parameters = parameters();
        Set<String> unknown = new LinkedHashSet<>();
        for (String name : named(document)) {
            String[] parts = name.split("\\?", 2);
            boolean queryIsKnown =
                    parts.length == 1
                            || parameters
                                    .getOrDefault(id(parts[0].split(" ", 2)[1]), Set.of())
                                    .containsAll(Set.of(parts[1].split("=[^&]*&?", 0)));
            if (!exists(parts[0]) || !queryIsKnown) {
                unknown.add(name);
            }
        }
        return unknown;
    }

    private boolean exists(String operation) {
        String path = operation.split(" ", 2)[1];
        if (path.startsWith("health/")) {
            return operation.startsWith("GET ") && groups.contains(path.substring(7));
        }
        return operations.stream()
                .anyMatch(known ->
                        operation.equals(known)
                                || operation.matches(known.replaceAll("\\{\\*?\\w+}", "[^/]+")));
    }

    /** The names of all parameters by endpoint. */
    private Map<String, Set<String>> parameters() {
        Map<String, Set<String>> parameters = new TreeMap<>();
        for (Object bean : context.getBeansWithAnnotation(Endpoint.class).values()) {
            Endpoint endpoint =
                    AnnotatedElementUtils.getMergedAnnotation(bean.getClass(), Endpoint.class);
            Set<String> names = parameters.computeIfAbsent(endpoint.id(), _ -> new TreeSet<>());
            for (Method method : bean.getClass().getDeclaredMethods()) {
                for (Parameter parameter : method.getParameters()) {
                    names.add(parameter.getName());
                }
            }
        }
        return parameters;
    }
}
