package dev.frontdoor.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;

/**
 * TLS over a channel that does not block. What is written before the handshake is done, or while
 * the service takes nothing, is lost.
 */
final class TlsChannel implements ByteChannel {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final ByteChannel records;
    private final SSLEngine engine;

    /** Records that are not written yet, ready to be filled. */
    private final ByteBuffer outgoing;

    /** Records that are not decrypted yet, ready to be filled. */
    private final ByteBuffer incoming;

    private final ByteBuffer decrypted;

    /** A client's side, whose handshake goes on with each read and write. */
    TlsChannel(ByteChannel records, SSLEngine engine) {
        this.records = records;
        this.engine = engine;
        engine.setUseClientMode(true);
        int record = engine.getSession().getPacketBufferSize();
        outgoing = ByteBuffer.allocate(2 * record);
        incoming = ByteBuffer.allocate(2 * record);
        decrypted = ByteBuffer.allocate(2 * record);
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
        int before = bytes.remaining();
        boolean goesOn = true;
        while (goesOn && (bytes.hasRemaining() || isInHandshake())) {
            goesOn = advance(bytes);
        }
        flush();
        return before - bytes.remaining();
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        int received = records.read(incoming);
        boolean goesOn = true;
        while (goesOn) {
            goesOn = isInHandshake() ? advance(NOTHING) : unwrap();
        }
        flush();
        decrypted.flip();
        int count = decrypted.remaining();
        target.put(decrypted);
        decrypted.clear();
        return received < 0 && count == 0 ? -1 : count;
    }

    private boolean isInHandshake() {
        return engine.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING
                && engine.getHandshakeStatus() != HandshakeStatus.FINISHED;
    }

    /** Takes one step. Returns whether another one may be possible now. */
    private boolean advance(ByteBuffer bytes) throws IOException {
        return switch (engine.getHandshakeStatus()) {
            case NEED_TASK -> {
                engine.getDelegatedTask().run();
                yield true;
            }
            case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                flush();
                boolean _ = records.read(incoming) > 0;
                yield unwrap();
            }
            case NEED_WRAP, NOT_HANDSHAKING, FINISHED -> wrap(bytes);
        };
    }

    private boolean wrap(ByteBuffer bytes) throws IOException {
        flush();
        return engine.wrap(bytes, outgoing).getStatus() == Status.OK;
    }

    private boolean unwrap() throws IOException {
        incoming.flip();
        try {
            SSLEngineResult result = engine.unwrap(incoming, decrypted);
            return result.getStatus() == Status.OK
                    && (result.bytesConsumed() > 0 || result.bytesProduced() > 0);
        } finally {
            incoming.compact();
        }
    }

    private void flush() throws IOException {
        outgoing.flip();
        int _ = records.write(outgoing);
        outgoing.compact();
    }

    @Override
    public boolean isOpen() {
        return records.isOpen();
    }

    @Override
    public void close() throws IOException {
        records.close();
    }
}
