package dev.frontdoor.bench.load;

import dev.frontdoor.protocol.Bytes;
import dev.frontdoor.protocol.Envelope;
import dev.frontdoor.protocol.Frame;
import dev.frontdoor.protocol.FrameCodec;
import dev.frontdoor.protocol.ProtocolVersion;
import dev.frontdoor.protocol.WorkerRegistration;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What workers send, as masked WebSocket messages. */
public final class Messages {

    private static final byte[] MASK = {0x5A, 0x17, (byte) 0xC3, 0x2E};
    private static final int BINARY = 0x82;
    private static final int EXTENDED_LENGTH = 126;

    /** The handshake; every worker's key is the same, which no server minds. */
    static final ByteBuf UPGRADE =
            Unpooled.unreleasableBuffer(
                    Unpooled.copiedBuffer(
                            """
                            GET /liminal HTTP/1.1\r
                            Host: 127.0.0.1\r
                            Upgrade: websocket\r
                            Connection: Upgrade\r
                            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
                            Sec-WebSocket-Version: 13\r
                            \r
                            """,
                            StandardCharsets.US_ASCII));

    public static final ByteBuf CONNECT =
            message(new Frame.Connect(0, ProtocolVersion.V1_0, ProtocolVersion.V1_0, Bytes.EMPTY));
    public static final ByteBuf PING = message(new Frame.Ping(0));

    /** Answers a WebSocket ping. */
    static final ByteBuf PONG = masked(0x8A, new byte[0]);

    /** The WebSocket close with 1000. */
    public static final ByteBuf CLOSE =
            masked(0x88, ByteBuffer.allocate(2).putShort((short) 1000).array());

    private Messages() {}

    /** A registration as the goals have it: two namespaces, five activity types, no schemas. */
    public static WorkerRegistration registration(int number) {
        return new WorkerRegistration(
                List.of("billing", "billing-eu"),
                "default",
                null,
                List.of("charge", "refund", "capture", "settle", "report-daily"),
                "worker-%06d".formatted(number),
                List.of());
    }

    /** The registration of the worker with this number. */
    public static ByteBuf register(int number) {
        return message(new Frame.WorkerRegister(0, registration(number)));
    }

    /** Asks for as many pushes, one after the other. */
    public static ByteBuf publish(String channel, int count) {
        byte[] payload = ByteBuffer.allocate(Integer.BYTES).putInt(count).array();
        Bytes schema = Bytes.copyOf(new byte[Envelope.SCHEMA_ID_SIZE]);
        return message(
                new Frame.Publish(
                        0,
                        1,
                        channel,
                        new Envelope(schema, null, null, Bytes.copyOf(payload)),
                        null));
    }

    /** Answers a push. */
    static ByteBuf reply(long correlationId) {
        return message(new Frame.PushReply(0, 1, correlationId, Bytes.copyOf(new byte[16])));
    }

    /** Whether a WorkerRegisterAck says accepted. */
    static boolean isAccepted(ByteBuf frame) {
        return frame.getByte(frame.readerIndex() + FrameCodec.HEADER_SIZE) == 0;
    }

    private static ByteBuf message(Frame frame) {
        return masked(BINARY, FrameCodec.encode(frame));
    }

    private static ByteBuf masked(int opcode, byte[] content) {
        ByteBuf message = Unpooled.buffer(content.length + 8);
        message.writeByte(opcode);
        if (content.length < EXTENDED_LENGTH) {
            message.writeByte(0x80 | content.length);
        } else {
            message.writeByte(0x80 | EXTENDED_LENGTH).writeShort(content.length);
        }
        message.writeBytes(MASK);
        for (int i = 0; i < content.length; i++) {
            message.writeByte(content[i] ^ MASK[i & 3]);
        }
        return Unpooled.unreleasableBuffer(message);
    }
}
