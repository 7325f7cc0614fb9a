package dev.frontdoor.test;

import dev.frontdoor.protocol.Frame;
import dev.frontdoor.protocol.Frame.ConnectError;
import dev.frontdoor.protocol.Frame.Disconnect;
import dev.frontdoor.protocol.FrameCodec;
import dev.frontdoor.protocol.ProtocolException;
import dev.frontdoor.protocol.ReasonCode;
import dev.frontdoor.test.TestWorker.Close;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Frames one behind the other, without WebSocket. There are no close codes: the last frame before
 * the end of the stream says why the service ends the connection.
 */
final class TcpFraming implements Framing {

    private static final int HEADER_SIZE = 10;
    private static final int LENGTH_OFFSET = 6;
    private static final int MAX_PAYLOAD = 64 << 20;
    private static final int NORMAL_CLOSURE = 1000;
    private static final int GOING_AWAY = 1001;

    private final ClientSocket socket;
    private final Inbox inbox;
    private byte[] last = new byte[0];

    TcpFraming(ClientSocket socket, Inbox inbox) {
        this.socket = socket;
        this.inbox = inbox;
    }

    @Override
    public byte[] read() throws IOException {
        byte[] header = socket.input().readNBytes(HEADER_SIZE);
        if (header.length == 0) {
            inbox.closed(closeOf(last));
        }
        requireAll(header, HEADER_SIZE);
        int length = ByteBuffer.wrap(header).getInt(LENGTH_OFFSET);
        ServiceFault.require(
                length >= 0 && length <= MAX_PAYLOAD, "a payload of %d bytes".formatted(length));
        byte[] payload = socket.input().readNBytes(length);
        requireAll(payload, length);
        last = Arrays.copyOf(header, HEADER_SIZE + length);
        System.arraycopy(payload, 0, last, HEADER_SIZE, length);
        socket.awaitResumed();
        return last;
    }

    @Override
    public byte[] bytes(byte[] message) {
        return message;
    }

    @Override
    public void writeStart(byte[] message, int count) {
        socket.write(Arrays.copyOf(message, count));
    }

    /** A worker over TCP leaves without a word. */
    @Override
    public void writeClose(int code, String reason) {
        socket.shutdownOutput();
    }

    @Override
    public boolean isEnd(Close close, int code) {
        int other = ReasonCode.OTHER.code();
        int malformed = ReasonCode.MALFORMED_PAYLOAD.code();
        return switch (code) {
            case NORMAL_CLOSURE -> close.code() == NORMAL_CLOSURE;
            case 1012 -> close.code() == GOING_AWAY;
            case 1008 ->
                    close.code() == ReasonCode.AUTHENTICATION_FAILED.code()
                            || close.code() == other;
            case 1002 ->
                    close.code() == ReasonCode.NO_COMMON_VERSION.code()
                            || close.code() == malformed
                            || close.code() == other;
            case 1009 -> close.code() == malformed;
            default -> close.code() == other;
        };
    }

    /** The end that a frame announces: a ConnectError with its code and text, or a Disconnect. */
    private static Close closeOf(byte[] last) throws ServiceFault {
        if (last.length == 0) {
            return new Close(NORMAL_CLOSURE, "");
        }
        try {
            Frame frame = FrameCodec.decode(ByteBuffer.wrap(last));
            return switch (frame) {
                case ConnectError error ->
                        new Close(
                                error.reasonCode(), error.message() == null ? "" : error.message());
                case Disconnect _ -> new Close(GOING_AWAY, "");
                default -> new Close(NORMAL_CLOSURE, "");
            };
        } catch (ProtocolException e) {
            throw new ServiceFault("a message is not one frame: " + e.closeReason());
        }
    }

    private static void requireAll(byte[] bytes, int count) throws IOException {
        if (bytes.length < count) {
            throw new EOFException("the connection ended");
        }
    }
}
