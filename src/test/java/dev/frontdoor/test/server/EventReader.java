package dev.frontdoor.test.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.test.HttpResponse;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;

/** Reads a stream of server-sent events from the operators' port. */
public final class EventReader implements AutoCloseable {

    /** The bound of the wait for an event. */
    private static final Duration MAX_WAIT = Duration.ofMinutes(5);

    private final HttpSocket socket;
    private final HttpResponse head;
    private final StringBuilder unread = new StringBuilder();
    private int comments;

    private EventReader(HttpSocket socket, String path, String... headers) throws IOException {
        this.socket = socket;
        StringBuilder request = new StringBuilder("GET " + path + " HTTP/1.1\r\n");
        if (String.join("\n", headers).toLowerCase(Locale.ROOT).indexOf("host:") < 0) {
            request.append("Host: localhost\r\n");
        }
        for (String header : headers) {
            request.append(header).append("\r\n");
        }
        head = socket.send(request + "\r\n").answerWithoutBody();
    }

    /** Sends a request on a connection, which the reader closes. */
    public static EventReader on(HttpSocket socket, String path, String... headers)
            throws IOException {
        return new EventReader(socket, path, headers);
    }

    /** Opens a stream. */
    public static EventReader open(ServerUnderTest server, String query, String... headers)
            throws IOException {
        EventReader reader = on(server.operators(), "/actuator/events" + query, headers);
        assertThat(reader.head.status()).isEqualTo(200);
        return reader;
    }

    /** Opens a stream after the event with this id. */
    public static EventReader resume(ServerUnderTest server, String query, @Nullable String id)
            throws IOException {
        return open(server, query, "Last-Event-ID: " + id);
    }

    /** The head of the response. */
    public HttpResponse head() {
        return head;
    }

    /** How many comments came so far. */
    public int comments() {
        return comments;
    }

    /** The next event. */
    public ServerSentEvent next() throws IOException {
        ServerSentEvent event = poll();
        assertThat(event).as("the stream has ended").isNotNull();
        return Objects.requireNonNull(event);
    }

    /** The next event of a type; others are skipped. */
    public ServerSentEvent next(String type) throws IOException {
        ServerSentEvent event = next();
        while (!event.type().equals(type)) {
            event = next();
        }
        return event;
    }

    /** Expects that nothing follows. */
    public void expectEnd() throws IOException {
        assertThat(poll()).isNull();
    }

    /** Waits for a comment; no event may come before it. */
    public void expectComment() throws IOException {
        while (true) {
            String block = block();
            if (":".equals(block)) {
                comments++;
                return;
            }
            assertThat(block).as("before a comment").isEqualTo(":");
        }
    }

    /** The next event; null at the end. Comments alone do not keep it waiting for ever. */
    public @Nullable ServerSentEvent poll() throws IOException {
        long start = System.nanoTime();
        String block = block();
        while (":".equals(block)) {
            assertThat(System.nanoTime() - start)
                    .as("nothing but comments came, for so many nanoseconds")
                    .isLessThan(MAX_WAIT.toNanos());
            comments++;
            block = block();
        }
        return block == null ? null : ServerSentEvent.parse(block);
    }

    private @Nullable String block() throws IOException {
        int end = unread.indexOf("\n\n");
        while (end < 0) {
            String chunk = socket.chunk();
            if (chunk.isEmpty()) {
                assertThat(unread.toString()).isEmpty();
                return null;
            }
            unread.append(chunk);
            end = unread.indexOf("\n\n");
        }
        String block = unread.substring(0, end);
        unread.delete(0, end + 2);
        return block;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /**
     * An event.
     *
     * @param id null if it has none
     */
    public record ServerSentEvent(@Nullable String id, String type, JsonNode data) {

        static ServerSentEvent parse(String block) {
            String id = null;
            String type = "";
            String data = "";
            for (String line : block.split("\n", -1)) {
                String[] field = line.split(": ", 2);
                switch (field[0]) {
                    case "id" -> id = field[1];
                    case "event" -> type = field[1];
                    case "data" -> data = field[1];
                    default -> throw new AssertionError("not a field of an event: " + line);
                }
            }
            return new ServerSentEvent(id, type, JsonMapper.shared().readTree(data));
        }

        /** The pid that it is about. */
        public long pid() {
            return data.required("pid").longValue();
        }
    }
}
