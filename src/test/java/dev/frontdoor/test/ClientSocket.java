package dev.frontdoor.test;

import org.jspecify.annotations.Nullable;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
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
 * A socket with reads that can be paused and writes with a time limit. One thread reads; any thread
 * may call the other methods.
 */
final class ClientSocket {

    private final Socket socket;
    private final InputStream in;
    private final InputStream input = new BufferedInputStream(new PausableInput(), 512);
    private final Duration timeout;
    private final ReentrantLock writing = new ReentrantLock();
    private long deadline;
    private boolean deadlineSet = true;
    private boolean paused;
    private volatile boolean ended;

    private ClientSocket(Socket socket, Duration timeout) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
        this.timeout = timeout;
        this.deadline = System.nanoTime() + timeout.toNanos();
    }

    /**
     * Connects.
     *
     * @param localAddress where the socket is bound; null for any address
     * @param receiveBuffer bytes; 0 for the system's default
     * @param timeout the bound of connecting, of each write, and of all reads before {@link
     *     #readWithoutLimit}
     */
    static ClientSocket connect(
            SocketFactory sockets,
            URI uri,
            @Nullable InetAddress localAddress,
            int receiveBuffer,
            Duration timeout)
            throws IOException {
        Socket socket = sockets.createSocket();
        try {
            if (receiveBuffer > 0) {
                socket.setReceiveBufferSize(receiveBuffer);
            }
            if (localAddress != null) {
                socket.bind(new InetSocketAddress(localAddress, 0));
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

    /** Removes the time limit of reads. */
    void readWithoutLimit() throws IOException {
        deadlineSet = false;
        socket.setSoTimeout(0);
    }

    /** The bytes from the service. */
    InputStream input() {
        return input;
    }

    private int read(byte[] target, int offset, int length) throws IOException {
        if (deadlineSet) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                throw new SocketTimeoutException("no whole answer within " + timeout);
            }
            socket.setSoTimeout(Math.toIntExact(left));
        }
        awaitResumed();
        int count = in.read(target, offset, length);
        awaitResumed();
        return count;
    }

    /** Writes all bytes at once. */
    void write(byte[] bytes) {
        if (ended) {
            throw new UncheckedIOException(new IOException("the connection has ended"));
        }
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
        // A blocking write has no timeout, but joining a thread has one.
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
            // The socket is already closed.
        }
        close();
    }

    /** No further write begins: the other side may take the first one after its end. */
    void endWrites() {
        ended = true;
    }

    /**
     * Closes once a write that is under way has ended: the service may have ended the connection in
     * the middle of a message, and reads the rest of it.
     */
    void closeAfterWrite() {
        boolean alone = false;
        try {
            alone = writing.tryLock(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            close();
            if (alone) {
                writing.unlock();
            }
        }
    }

    void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // A socket that fails to close is not used again.
        }
        resume();
    }

    private final class PausableInput extends InputStream {

        @Override
        public int read() throws IOException {
            byte[] next = new byte[1];
            return read(next, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(next[0]);
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            return ClientSocket.this.read(target, offset, length);
        }
    }
}
