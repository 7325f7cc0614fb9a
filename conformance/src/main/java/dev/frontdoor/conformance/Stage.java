package dev.frontdoor.conformance;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What a script has: a server, the program, and the steps that most situations begin with. */
final class Stage implements AutoCloseable {

    static final String IDENTITY = "conformance";

    private final List<String> command;
    private final Situation situation;
    private final Timeline timeline;
    private final Duration patience;
    private final Path tokenFile;
    private final BlockingQueue<Peer> arrived = new LinkedBlockingQueue<>();
    private final List<Peer> peers = new ArrayList<>();
    private ServerSocket server;
    private Program program;

    Stage(List<String> command, Situation situation, Timeline timeline, Duration patience)
            throws IOException {
        this.command = command;
        this.situation = situation;
        this.timeline = timeline;
        this.patience = patience;
        this.tokenFile = Files.createTempFile("conformance", ".token");
        listen(0);
    }

    private void listen(int port) throws IOException {
        ServerSocket opened = new ServerSocket();
        opened.setReuseAddress(true);
        opened.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 128);
        server = opened;
        Thread acceptor = new Thread(() -> acceptAll(opened), "acceptor");
        acceptor.setDaemon(true);
        acceptor.start();
    }

    private void acceptAll(ServerSocket from) {
        while (!from.isClosed()) {
            try {
                Socket socket = from.accept();
                synchronized (peers) {
                    Peer peer = new Peer(socket, peers.size() + 1, timeline, patience);
                    peers.add(peer);
                    arrived.add(peer);
                }
            } catch (IOException e) {
                if (!from.isClosed()) {
                    timeline.add("suite cannot accept: " + e.getMessage());
                }
            }
        }
    }

    /** Nobody listens until {@link #listenAgain}. */
    void stopListening() throws IOException {
        server.close();
    }

    void listenAgain() throws IOException {
        listen(server.getLocalPort());
    }

    /** Writes the file that holds the program's token. */
    void token(String value) throws IOException {
        timeline.add("suite sets the token '" + value + "'");
        Path next = Files.createTempFile("conformance", ".next");
        Files.writeString(next, value + "\n");
        Files.move(
                next,
                tokenFile,
                java.nio.file.StandardCopyOption.ATOMIC_MOVE,
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    /** The program; the first call starts it. */
    Program program() throws IOException {
        if (program == null) {
            Map<String, String> settings = new LinkedHashMap<>();
            put(settings, "URL", "ws://127.0.0.1:" + server.getLocalPort() + "/liminal");
            put(settings, "IDENTITY", IDENTITY);
            put(settings, "INITIAL_BACKOFF_MS", "20");
            put(settings, "MAX_BACKOFF_MS", "200");
            put(settings, "CONNECT_TIMEOUT_MS", "600000");
            put(settings, "ANSWER_TIMEOUT_MS", "600000");
            put(settings, "SILENCE_MS", "600000");
            situation.settings().forEach((name, value) -> put(settings, name, value));
            if (Files.exists(tokenFile) && fileSize() > 0) {
                put(settings, "TOKEN_FILE", tokenFile.toString());
            }
            program = new Program(command, settings, timeline, patience);
        }
        return program;
    }

    private long fileSize() throws IOException {
        return Files.size(tokenFile);
    }

    private static void put(Map<String, String> settings, String name, String value) {
        settings.put("FRONTDOOR_" + name, value);
    }

    Duration patience() {
        return patience;
    }

    /** The next connection of the program's. */
    Peer accept() throws IOException, InterruptedException {
        program();
        Peer peer = arrived.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
        if (peer == null) {
            throw new Failure(
                    "no connection within %s s; the states were %s",
                    patience.toSeconds(), program.states());
        }
        return peer;
    }

    Peer upgraded() throws IOException, InterruptedException {
        Peer peer = accept();
        peer.raw(Peer.switching(peer.request()));
        peer.readFrames();
        return peer;
    }

    Peer connected() throws IOException, InterruptedException {
        Peer peer = upgraded();
        peer.expect(Wire.CONNECT);
        peer.send(Wire.connectAck());
        return peer;
    }

    /** A connection on which the program has asked to be registered. */
    Peer asked() throws IOException, InterruptedException {
        Peer peer = connected();
        peer.expect(Wire.WORKER_REGISTER);
        return peer;
    }

    Peer registered() throws IOException, InterruptedException {
        Peer peer = asked();
        peer.send(Wire.accepted());
        program.awaitState("registered");
        return peer;
    }

    /** One push and its reply. */
    void expectEcho(Peer peer, long id) throws InterruptedException {
        peer.send(Wire.push(id, "echo " + id));
        peer.expectReply(id, "echo " + id);
    }

    /** The program must give up: state failed, status 1, and no further connection. */
    void expectFailed(int code) throws IOException, InterruptedException {
        int status = program().awaitExit();
        List<Program.StateLine> states = program.states();
        Program.StateLine last = states.isEmpty() ? null : states.get(states.size() - 1);
        require(
                status == 1 && last != null && last.name().equals("failed"),
                "exit status %s, and the last state '%s'; expected 1 and state=failed",
                status,
                last);
        require(
                last.details().matches("code=" + code + "\\b.*"),
                "'%s' instead of state=failed code=%s",
                last,
                code);
        require(arrived.isEmpty(), "another connection, although coming back is of no use");
    }

    /** Plays the end of a stop that has begun: Disconnect, close 1000, exit. */
    void expectStopped(Peer peer) throws IOException, InterruptedException {
        peer.expect(Wire.DISCONNECT);
        peer.closeWith(1000, "");
        expectStoppedExit();
    }

    void expectStoppedExit() throws IOException, InterruptedException {
        int status = program().awaitExit();
        require(status == 0 || status == 143, "exit status %s after SIGTERM", status);
        List<String> states = program.states().stream().map(Program.StateLine::name).toList();
        int last = states.size() - 1;
        require(
                last > 0
                        && states.get(last).equals("stopped")
                        && states.get(last - 1).equals("stopping"),
                "the states %s; the last must be stopping and stopped",
                states);
        require(arrived.isEmpty(), "another connection after the stop");
    }

    static void require(boolean condition, String format, Object... values) {
        if (!condition) {
            throw new Failure(format, values);
        }
    }

    @Override
    public void close() throws IOException {
        if (program != null) {
            program.close();
        }
        server.close();
        synchronized (peers) {
            peers.forEach(Peer::close);
        }
        Files.deleteIfExists(tokenFile);
    }
}
