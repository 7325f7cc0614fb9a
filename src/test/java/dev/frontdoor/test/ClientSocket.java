package dev.frontdoor.test;

import org.jspecify.annotations.Nullable;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;

import javax.net.SocketFactory;

/**
 * A socket with exact reads that can be paused, and writes that do not wait for ever. Read by one
 * thread; all else may be called from any.
 */
final class ClientSocket {

    private final Socket socket;
    private final InputStream in;
    private final Duration timeout;
    private final ReentrantLock writing = new ReentrantLock();
    private final byte[] buffer = new byte[512];
    private int position;
    private int limit;
    private long deadline;
    private boolean deadlineSet = true;
    private boolean paused;

    private ClientSocket(Socket socket, Duration timeout) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
        this.timeout = timeout;
        this.deadline = System.nanoTime() + timeout.toNanos();
    }

    /**
     * Connects.
     *
     * @param receiveBuffer bytes; 0 for the system's default
     * @param timeout the bound of connecting, of each write, and of all reads before {@link
     *     #readWithoutLimit}
     */
    static ClientSocket connect(SocketFactory sockets, URI uri, int receiveBuffer, Duration timeout)
            throws IOException {
        Socket socket = sockets.createSocket();
        try {
            if (receiveBuffer > 0) {
                socket.setReceiveBufferSize(receiveBuffer);
            }
            socket.setTcpNoDelay(true);
            socket.connect(
                    new InetSocketAddress(uri.getHost(), Upgrade.port(uri)),
                    Math.toIntExact(timeout.toMillis()));
            return new ClientSocket(socket, timeout);
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /** Lets reads wait for as long as the socket is open. */
    void readWithoutLimit() throws IOException {
        deadlineSet = false;
        socket.setSoTimeout(0);
    }

    /** The next byte, unsigned; -1 at the end. */
    int read() throws IOException {
        if (position == limit && !fill()) {
            return -1;
        }
        return Byte.toUnsignedInt(buffer[position++]);
    }

    /** The next byte, unsigned. */
    int readByte() throws IOException {
        int next = read();
        if (next < 0) {
            throw new EOFException("the connection ended");
        }
        return next;
    }

    byte[] readBytes(int count) throws IOException {
        byte[] bytes = new byte[count];
        int filled = 0;
        while (filled < count) {
            if (position == limit && !fill()) {
                throw new EOFException("the connection ended");
            }
            int part = Math.min(count - filled, limit - position);
            System.arraycopy(buffer, position, bytes, filled, part);
            position += part;
            filled += part;
        }
        return bytes;
    }

    private boolean fill() throws IOException {
        if (deadlineSet) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                throw new SocketTimeoutException("no whole answer within " + timeout);
            }
            socket.setSoTimeout(Math.toIntExact(left));
        }
        awaitResumed();
        int count = in.read(buffer);
        awaitResumed();
        position = 0;
        limit = Math.max(count, 0);
        return count > 0;
    }

    /** Writes all, in one piece. */
    void write(byte[] bytes) {
        try {
            if (!writing.tryLock(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new AssertionError("another write did not end within " + timeout);
            }
            try {
                writeLocked(bytes);
            } finally {
                writing.unlock();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while writing", e);
        }
    }

    private void writeLocked(byte[] bytes) throws InterruptedException {
        AtomicReference<@Nullable IOException> failure = new AtomicReference<>();
        // A blocking write has no time limit of its own; joining a thread has.
        Thread writer =
                Thread.startVirtualThread(() -> {
                    try {
                        socket.getOutputStream().write(bytes);
                    } catch (IOException e) {
                        failure.set(e);
                    }
                });
        if (!writer.join(timeout)) {
            reset();
            throw new AssertionError(
                    "the service did not take %d bytes within %s".formatted(bytes.length, timeout));
        }
        IOException failed = failure.get();
        if (failed != null) {
            throw new UncheckedIOException(failed);
        }
    }

    synchronized void pause() {
        paused = true;
    }

    synchronized void resume() {
        paused = false;
        notifyAll();
    }

    /** Waits while reading is paused and the socket open. */
    synchronized void awaitResumed() throws IOException {
        try {
            while (paused && !socket.isClosed()) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while paused", e);
        }
    }

    void shutdownOutput() {
        try {
            socket.shutdownOutput();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends the connection with a reset. */
    void reset() {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            // It is closed already.
        }
        close();
    }

    void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            resume();
        }
    }
}
