package dev.frontdoor.process;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Accepts all events of a webhook, and keeps them in order. */
final class EventReceiver implements AutoCloseable {

    private final HttpServer server;
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

    EventReceiver() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    events.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
                    exchange.sendResponseHeaders(204, -1);
                    exchange.close();
                });
        server.start();
    }

    /** The setting that names this receiver. */
    String setting() {
        return "--frontdoor.webhook.url=http://127.0.0.1:" + server.getAddress().getPort() + "/";
    }

    /** The text of the next event. */
    String text() throws InterruptedException {
        String event = events.poll(ServiceProcess.MAX_WAIT.toSeconds(), TimeUnit.SECONDS);
        assertThat(event).as("an event").isNotNull();
        return event;
    }

    /** The next event. */
    JsonNode next() throws InterruptedException {
        return JsonMapper.shared().readTree(text());
    }

    /** The events that have arrived since the last call; does not wait. */
    List<JsonNode> received() {
        List<String> arrived = new ArrayList<>();
        events.drainTo(arrived);
        return arrived.stream().map(JsonMapper.shared()::readTree).toList();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
