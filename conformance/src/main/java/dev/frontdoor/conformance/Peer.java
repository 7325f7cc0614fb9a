package dev.frontdoor.conformance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The suite's end of one TCP connection: HTTP first, then WebSocket, both at the level of bytes.
 */
final class Peer implements AutoCloseable {

    /** What the program sent, or how its half of the connection ended. */
    sealed interface Item {}

    record Message(byte[] bytes) implements Item {}

    record Ping(byte[] payload) implements Item {}

    record Pong(byte[] payload) implements Item {}

    record Close(int code, String reason) implements Item {}

    record Ended(String how) implements Item {}

    record Fault(String what) implements Item {}

    /** The head of a request: its first line, and its headers by their names in lower case. */
    record Request(String line, Map<String, List<String>> headers) {

        List<String> all(String name) {
            return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
        }

        String header(String name) {
            return all(name).isEmpty() ? null : all(name).get(0);
        }
    }

    private static final int MAX_MESSAGE = 1 << 21;

    /** How many times its patience the suite listens to one connection. */
    private static final int MAX_LIFE = 10;

    private final Socket socket;
    private final int number;
    private final Timeline timeline;
    private final Duration patience;
    private final InputStream in;
    private final BlockingQueue<Item> items = new LinkedBlockingQueue<>();
    private final long lastMoment;
    private volatile boolean answersPings = true;
    private volatile Duration readPause = Duration.ZERO;

    Peer(Socket socket, int number, Timeline timeline, Duration patience) throws IOException {
        this.socket = socket;
        this.number = number;
        this.timeline = timeline;
        this.patience = patience;
        this.lastMoment = System.nanoTime() + MAX_LIFE * patience.toNanos();
        this.in = new BufferedInputStream(socket.getInputStream());
        socket.setTcpNoDelay(true);
        timeline.add("connection " + number + " opened");
    }

    /** Reads the head of the request. */
    Request request() throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        socket.setSoTimeout((int) patience.toMillis());
        while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0 || head.size() > 16_384) {
                throw new Failure("no whole request head arrived; it ends after %s", head);
            }
            head.write(next);
        }
        socket.setSoTimeout(0);
        timeline.add("program " + number + " > " + head.toString(ISO_8859_1).strip());
        String[] lines = head.toString(ISO_8859_1).split("\r\n");
        Map<String, List<String>> headers = new TreeMap<>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            if (colon < 1) {
                throw new Failure("a header line without a name: %s", lines[i]);
            }
            headers.computeIfAbsent(
                            lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
                            name -> new ArrayList<>())
                    .add(lines[i].substring(colon + 1).strip());
        }
        return new Request(lines[0], headers);
    }

    /** The answer that opens the WebSocket. */
    static byte[] switching(Request request) {
        String key = request.header("Sec-WebSocket-Key");
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-1")
                            .digest(
                                    (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
                                            .getBytes(ISO_8859_1));
            return ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                            + "Connection: Upgrade\r\nFrontdoor-Instance: conformance/1\r\n"
                            + "Sec-WebSocket-Accept: "
                            + Base64.getEncoder().encodeToString(digest)
                            + "\r\n\r\n")
                    .getBytes(ISO_8859_1);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    void status(String statusAndHeaders) {
        raw(("HTTP/1.1 " + statusAndHeaders + "\r\nContent-Length: 0\r\n\r\n").getBytes(UTF_8));
    }

    /** From now on, this much time passes before each message is read. */
    void readSlowly(Duration pause) {
        readPause = pause;
    }

    /** From now on, what the program sends is read as WebSocket frames. */
    void readFrames() {
        Thread reader = new Thread(this::readAll, "peer-" + number);
        reader.setDaemon(true);
        reader.start();
    }

    private void readAll() {
        try {
            ByteArrayOutputStream message = new ByteArrayOutputStream();
            boolean inMessage = false;
            while (true) {
                if (!inMessage) {
                    Thread.sleep(readPause.toMillis());
                }
                int first = need(in.read());
                int second = need(in.read());
                int opcode = first & 0x0f;
                boolean last = (first & 0x80) != 0;
                long length = second & 0x7f;
                if (length == 126) {
                    length = ByteBuffer.wrap(bytes(2)).getShort() & 0xffff;
                } else if (length == 127) {
                    length = ByteBuffer.wrap(bytes(8)).getLong();
                }
                String fault = fault(first, second, length, inMessage);
                if (fault != null) {
                    add(new Fault(fault));
                    return;
                }
                byte[] mask = bytes(4);
                byte[] payload = bytes((int) length);
                for (int i = 0; i < payload.length; i++) {
                    payload[i] ^= mask[i & 3];
                }
                if (opcode == 8) {
                    add(close(payload));
                } else if (opcode == 9) {
                    add(new Ping(payload));
                    if (answersPings) {
                        frame(true, 10, payload);
                    }
                } else if (opcode == 10) {
                    add(new Pong(payload));
                } else if (opcode == 1) {
                    add(new Fault("a text message"));
                    return;
                } else {
                    message.writeBytes(payload);
                    inMessage = !last;
                    if (last) {
                        add(new Message(message.toByteArray()));
                        message.reset();
                    }
                }
            }
        } catch (EOFException e) {
            add(new Ended("the end of the stream"));
        } catch (IOException | InterruptedException e) {
            add(new Ended("a reset (" + e.getMessage() + ")"));
        }
    }

    private static String fault(int first, int second, long length, boolean inMessage) {
        int opcode = first & 0x0f;
        boolean last = (first & 0x80) != 0;
        if ((first & 0x70) != 0) {
            return "a frame with reserved bits set";
        } else if ((second & 0x80) == 0) {
            return "a frame without a mask";
        } else if (opcode >= 8 && (!last || length > 125)) {
            return "a control frame that is fragmented or longer than 125 bytes";
        } else if (opcode > 10 || opcode > 2 && opcode < 8) {
            return "a frame with the unknown opcode " + opcode;
        } else if (opcode < 8 && (opcode == 0) != inMessage) {
            return "a continuation out of place";
        } else if (length > MAX_MESSAGE || length < 0) {
            return "a frame of " + Long.toUnsignedString(length) + " bytes";
        }
        return null;
    }

    private static Close close(byte[] payload) {
        if (payload.length < 2) {
            return new Close(1005, "");
        }
        int code = ByteBuffer.wrap(payload).getShort() & 0xffff;
        return new Close(code, new String(payload, 2, payload.length - 2, UTF_8));
    }

    private static int need(int next) throws EOFException {
        if (next < 0) {
            throw new EOFException();
        }
        return next;
    }

    private byte[] bytes(int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException();
        }
        return bytes;
    }

    private void add(Item item) {
        if (item instanceof Message message) {
            timeline.bytes("program " + number + " >", message.bytes(), message.bytes().length);
        } else {
            timeline.add("program " + number + " > " + describe(item));
        }
        items.add(item);
    }

    static String describe(Item item) {
        if (item instanceof Message message) {
            int type = message.bytes().length == 0 ? -1 : message.bytes()[0] & 0xff;
            return Wire.name(type) + " of " + message.bytes().length + " bytes";
        } else if (item instanceof Ping ping) {
            return "a WebSocket ping of " + ping.payload().length + " bytes";
        } else if (item instanceof Pong pong) {
            return "a WebSocket pong of " + pong.payload().length + " bytes";
        } else if (item instanceof Close close) {
            return "a close with code " + close.code() + " '" + close.reason() + "'";
        } else if (item instanceof Ended ended) {
            return ended.how();
        } else {
            return ((Fault) item).what();
        }
    }

    /** Pings of the program's are not answered from now on. */
    void fallSilent() {
        answersPings = false;
    }

    boolean answersPings() {
        return answersPings;
    }

    /** Writes bytes as they are. That the program has gone meanwhile is no fault of its own. */
    void raw(byte[] bytes) {
        timeline.bytes("suite   " + number + " >", bytes, bytes.length);
        try {
            synchronized (socket) {
                socket.getOutputStream().write(bytes);
                socket.getOutputStream().flush();
            }
        } catch (IOException e) {
            timeline.add("suite   " + number + " could not write: " + e.getMessage());
        }
    }

    /** A WebSocket frame of the suite's, without a mask. */
    static byte[] webSocketFrame(boolean last, int opcode, byte[] payload) {
        byte[] first = {(byte) ((last ? 0x80 : 0) | opcode)};
        int length = payload.length;
        byte[] size;
        if (length < 126) {
            size = Wire.number(1, length);
        } else if (length < 65_536) {
            size = Wire.join(Wire.number(1, 126), Wire.number(2, length));
        } else {
            size = Wire.join(Wire.number(1, 127), Wire.number(8, length));
        }
        return Wire.join(first, size, payload);
    }

    static byte[] binary(byte[] message) {
        return webSocketFrame(true, 2, message);
    }

    void frame(boolean last, int opcode, byte[] payload) {
        raw(webSocketFrame(last, opcode, payload));
    }

    void send(byte[] message) {
        raw(binary(message));
    }

    void sendClose(int code, String reason) {
        frame(true, 8, Wire.join(Wire.number(2, code), reason.getBytes(UTF_8)));
    }

    /** Closes as a server does: sends the close, awaits the answer, and ends the stream. */
    void closeWith(int code, String reason) throws InterruptedException, IOException {
        sendClose(code, reason);
        awaitEnd();
        close();
    }

    /** Says nothing more, and waits until the program has noticed it. */
    void endStream() throws InterruptedException, IOException {
        timeline.add("suite   " + number + " ends the stream");
        socket.shutdownOutput();
        awaitEnd();
        close();
    }

    /** Breaks off without a word. */
    void reset() throws IOException {
        timeline.add("suite   " + number + " resets the connection");
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** The next item but pings and pongs; fails if none comes in time. */
    Item next() throws InterruptedException {
        return next(false);
    }

    Item next(boolean controls) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            Item item = items.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (System.nanoTime() - lastMoment > 0) {
                throw new Failure(
                        "the program goes on after %s s of this connection",
                        MAX_LIFE * patience.toSeconds());
            } else if (item == null) {
                throw new Failure("nothing within %s s", patience.toSeconds());
            } else if (item instanceof Fault fault) {
                throw new Failure("a fault of the program: %s", fault.what());
            } else if (controls || !(item instanceof Ping || item instanceof Pong)) {
                return item;
            }
        }
    }

    /** What arrives within the time, controls left out; null if nothing does. */
    Item nextWithin(Duration time) throws InterruptedException {
        long deadline = System.nanoTime() + time.toNanos();
        while (true) {
            Item item = items.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (item == null || !(item instanceof Ping || item instanceof Pong)) {
                return item;
            }
        }
    }

    Wire.Frame expect(int type) throws InterruptedException {
        Item item = next();
        if (item instanceof Message message) {
            Wire.Frame frame = Wire.Frame.decode(message.bytes());
            if (frame.type() == type) {
                return frame;
            }
        }
        throw new Failure("%s instead of %s", describe(item), Wire.name(type));
    }

    Wire.Reply expectReply() throws InterruptedException {
        return Wire.Reply.of(expect(Wire.PUSH_REPLY));
    }

    /** A reply to this push with this payload, on stream 1. */
    void expectReply(long id, String payload) throws InterruptedException {
        expectReply(1, id, payload.getBytes(UTF_8));
    }

    void expectReply(int stream, long id, byte[] payload) throws InterruptedException {
        Wire.Reply reply = expectReply();
        if (reply.id() != id
                || reply.stream() != stream
                || reply.flags() != 0
                || !Arrays.equals(reply.payload(), payload)) {
            throw new Failure(
                    "a reply to push %s on stream %s with flags %s and %s bytes, instead of one to"
                            + " push %s on stream %s with flags 0 and the %s bytes expected",
                    Long.toUnsignedString(reply.id()),
                    reply.stream(),
                    reply.flags(),
                    reply.payload().length,
                    Long.toUnsignedString(id),
                    stream,
                    payload.length);
        }
    }

    /** A refusal of this push, on stream 1. */
    void expectRefusal(long id, String text) throws InterruptedException {
        Wire.Reply reply = expectReply();
        if (reply.id() != id
                || reply.stream() != 1
                || reply.flags() != 1
                || !reply.text().equals(text)) {
            throw new Failure(
                    "a reply to push %s on stream %s with flags %s and the payload %s, instead of a"
                            + " refusal of push %s on stream 1 with the payload %s",
                    Long.toUnsignedString(reply.id()),
                    reply.stream(),
                    reply.flags(),
                    reply.text(),
                    id,
                    text);
        }
    }

    /** Waits until the program ends its half; what it sends before is passed over. */
    Item awaitEnd() throws InterruptedException {
        while (true) {
            Item item = next();
            if (item instanceof Close || item instanceof Ended) {
                return item;
            }
        }
    }

    @Override
    public void close() {
        try {
            timeline.add("suite   " + number + " ends the stream");
            if (!socket.isClosed()) {
                socket.shutdownOutput();
            }
            socket.close();
        } catch (IOException e) {
            timeline.add("suite   " + number + " could not close: " + e.getMessage());
        }
    }
}
