package dev.frontdoor.test;

import dev.frontdoor.protocol.Frame.Pong;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import javax.net.SocketFactory;

/** Builds and connects a {@link TestWorker}. */
public final class TestWorkerBuilder {

    private final URI uri;
    private final List<Header> added = new ArrayList<>();
    private final List<String> removed = new ArrayList<>();
    private SocketFactory sockets = SocketFactory.getDefault();
    private Duration timeout = Duration.ofSeconds(5);
    private int receiveBuffer;
    private boolean greeting;
    private @Nullable InetAddress localAddress;
    private @Nullable String rawRequest;
    private @Nullable String token;
    private @Nullable Path tokenFile;

    TestWorkerBuilder(URI uri) {
        this.uri = uri;
    }

    /** Adds a request header. A header given twice is sent twice. */
    public TestWorkerBuilder header(String name, String value) {
        added.add(new Header(name, value));
        return this;
    }

    /**
     * Declares a label at the upgrade; one given again replaces the earlier one.
     *
     * @param value printable ASCII
     * @throws IllegalStateException if the scheme is {@code tcp}, which has no upgrade
     */
    public TestWorkerBuilder label(String name, String value) {
        if (isTcp()) {
            throw new IllegalStateException("a worker on plain TCP cannot declare labels");
        }
        String quoted = value.replace("\\", "\\\\").replace("\"", "\\\"");
        return header("Worker-Labels", "%s=\"%s\"".formatted(name, quoted));
    }

    /** Leaves out a default header of the upgrade; {@link #header} may add another in its place. */
    public TestWorkerBuilder withoutHeader(String name) {
        removed.add(name);
        return this;
    }

    /** Sends exactly this text in place of the request. */
    public TestWorkerBuilder rawRequest(String request) {
        this.rawRequest = request;
        return this;
    }

    /** Sends a Connect with this token after the upgrade and expects its ConnectAck. */
    public TestWorkerBuilder token(String token) {
        this.token = token;
        return this;
    }

    /** The same with the token in a file, which each {@link #connect} reads again. */
    public TestWorkerBuilder tokenFile(Path file) {
        this.tokenFile = file;
        return this;
    }

    /**
     * Sends a token with the upgrade, as {@code Authorization: Bearer}.
     *
     * @throws IllegalStateException if the scheme is {@code tcp}, which has no upgrade
     */
    public TestWorkerBuilder bearer(String token) {
        if (isTcp()) {
            throw new IllegalStateException("a worker on plain TCP has no upgrade");
        }
        return header("Authorization", "Bearer " + token);
    }

    /** The socket's receive buffer in bytes; a small one, with reading paused, is a slow reader. */
    public TestWorkerBuilder receiveBuffer(int bytes) {
        this.receiveBuffer = bytes;
        return this;
    }

    /** The address of the machine that the socket is bound to, for instance {@code 127.0.0.7}. */
    public TestWorkerBuilder from(String address) {
        this.localAddress = InetAddress.ofLiteral(address);
        return this;
    }

    /** The bound of every wait; the default is 5 seconds. */
    public TestWorkerBuilder timeout(Duration timeout) {
        this.timeout = timeout;
        return this;
    }

    /**
     * Sends a frame that the service ignores first: over TCP, a connection is a worker's from its
     * first byte on.
     */
    public TestWorkerBuilder greeting() {
        this.greeting = true;
        return this;
    }

    /** The factory of the socket; a TLS factory for {@code wss}. */
    public TestWorkerBuilder socketFactory(SocketFactory sockets) {
        this.sockets = sockets;
        return this;
    }

    /**
     * Connects and, unless the scheme is {@code tcp}, upgrades.
     *
     * @throws UpgradeRefusedException if the service refuses the upgrade
     * @throws IOException if there is no answer, or none that HTTP and RFC 6455 allow; or if the
     *     token's file cannot be read
     */
    public TestWorker connect() throws IOException {
        String connectToken = tokenFile == null ? token : Files.readString(tokenFile).strip();
        ClientSocket socket =
                ClientSocket.connect(sockets, uri, localAddress, receiveBuffer, timeout);
        TestWorker worker;
        try {
            worker = new TestWorker(socket, isTcp() ? null : upgrade(socket), timeout);
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
        if (greeting) {
            greet(worker);
        }
        if (connectToken != null) {
            worker.authenticate(connectToken);
        }
        return worker;
    }

    private static void greet(TestWorker worker) {
        try {
            worker.send(new Pong(0));
        } catch (UncheckedIOException e) {
            // A service that refuses the worker may have ended the connection already. What it has
            // sent can still be read.
        }
    }

    private boolean isTcp() {
        return uri.getScheme().equals("tcp");
    }

    private HttpResponse upgrade(ClientSocket socket) throws IOException {
        return new Upgrade(uri, removed, added).perform(socket, rawRequest);
    }

    record Header(String name, String value) {}
}
