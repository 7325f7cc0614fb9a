package dev.frontdoor.bench.server;

import dev.frontdoor.bench.notifier.BenchNotifierConfiguration;

import io.netty.buffer.ByteBuf;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;

import java.util.Map;

/** A {@code WebSocketHandler} of WebFlux in Spring Boot, without logic. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration(exclude = BenchNotifierConfiguration.class)
public class WebFluxServer {

    /** Serves on the port given. */
    public static void main(String[] arguments) {
        SpringApplication application = new SpringApplication(WebFluxServer.class);
        application.run(
                "--spring.config.location=optional:classpath:/none/",
                "--management.observations.enable.all=false",
                "--server.address=127.0.0.1",
                "--server.port=" + arguments[0]);
        System.out.println("ready");
    }

    @Bean
    SimpleUrlHandlerMapping workers() {
        WebSocketHandler handler =
                socket -> {
                    Session session = new Session();
                    return socket.send(
                            socket.receive()
                                    .mapNotNull(message -> session.answer(content(message)))
                                    .map(answer -> message(socket, answer)));
                };
        return new SimpleUrlHandlerMapping(Map.of("/liminal", handler), -1);
    }

    private static ByteBuf content(WebSocketMessage message) {
        return NettyDataBufferFactory.toByteBuf(message.getPayload());
    }

    private static WebSocketMessage message(WebSocketSession socket, ByteBuf content) {
        NettyDataBufferFactory buffers = (NettyDataBufferFactory) socket.bufferFactory();
        return new WebSocketMessage(WebSocketMessage.Type.BINARY, buffers.wrap(content));
    }
}
