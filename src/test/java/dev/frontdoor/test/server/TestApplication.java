package dev.frontdoor.test.server;

import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.reactive.socket.WebSocketHandler;

import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The application behind the server: two notifiers, some pages, a WebSocket of its own. */
@TestConfiguration(proxyBeanMethods = false)
public class TestApplication {

    /** The notifier that is asked first. */
    public static final String FIRST = "first";

    /** The notifier that is asked after it. */
    public static final String SECOND = "second";

    @Bean
    ServerUnderTest server(ApplicationContext context) {
        return new ServerUnderTest(context);
    }

    @Bean(FIRST)
    @Order(1)
    ScriptedNotifier first() {
        return new ScriptedNotifier();
    }

    @Bean(SECOND)
    @Order(2)
    ScriptedNotifier second() {
        return new ScriptedNotifier();
    }

    @Bean
    Pages pages() {
        return new Pages();
    }

    @Bean
    RouterFunction<ServerResponse> routes(Pages pages) {
        return pages.routes();
    }

    /** An application's own WebSocket: says everything back. */
    @Bean
    HandlerMapping echoMapping() {
        WebSocketHandler echo =
                session ->
                        session.send(
                                session.receive()
                                        .map(message ->
                                                session.textMessage(message.getPayloadAsText())));
        return new SimpleUrlHandlerMapping(Map.of("/echo", echo), -1);
    }

    /** Pages, among them slow ones that keep their readers waiting until a test says so. */
    public static final class Pages {

        private final ConcurrentMap<String, Sinks.One<String>> slow = new ConcurrentHashMap<>();

        RouterFunction<ServerResponse> routes() {
            return RouterFunctions.route()
                    .GET("/pages/{name}", request -> page(request.pathVariable("name")))
                    .GET("/slow/{name}", request -> slow(request.pathVariable("name")))
                    .POST("/size", Pages::size)
                    .build();
        }

        /** Has a slow page answered, asked for or not yet. */
        public void answer(String name, String content) {
            sink(name).tryEmitValue(content).orThrow();
        }

        /** How many readers wait for a slow page. */
        public int readers(String name) {
            return sink(name).currentSubscriberCount();
        }

        private static Mono<ServerResponse> page(String name) {
            return ServerResponse.ok().bodyValue("page " + name);
        }

        private Mono<ServerResponse> slow(String name) {
            return sink(name).asMono().flatMap(ServerResponse.ok()::bodyValue);
        }

        private static Mono<ServerResponse> size(ServerRequest request) {
            return request.bodyToMono(byte[].class)
                    .flatMap(body -> ServerResponse.ok().bodyValue(body.length + " bytes"));
        }

        private Sinks.One<String> sink(String name) {
            return slow.computeIfAbsent(name, _ -> Sinks.one());
        }
    }
}
