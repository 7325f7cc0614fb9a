package dev.frontdoor.bench.server;

import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;

import reactor.core.publisher.Flux;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** A WebSocket route of Reactor Netty, without Spring and without logic. */
public final class ReactorNettyServer {

    private ReactorNettyServer() {}

    /** Serves on the port given. */
    public static void main(String[] arguments) {
        DisposableServer server =
                HttpServer.create()
                        .host("127.0.0.1")
                        .port(Integer.parseInt(arguments[0]))
                        .route(routes ->
                                routes.ws(
                                        "/liminal",
                                        (in, out) -> {
                                            Session session = new Session();
                                            Flux<WebSocketFrame> answers =
                                                    in.receive()
                                                            .mapNotNull(session::answer)
                                                            .map(BinaryWebSocketFrame::new);
                                            return out.sendObject(answers, _ -> true).then();
                                        }))
                        .bindNow();
        System.out.println("ready");
        server.onDispose().block();
    }
}
