package dev.frontdoor.bench;

import dev.frontdoor.protocol.Frame;
import dev.frontdoor.protocol.Frame.Push;
import dev.frontdoor.protocol.Frame.PushReply;
import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.protocol.FrameCodec;
import dev.frontdoor.protocol.WorkerRegistration;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Workers over TCP that reply to each push with its own bytes. */
final class PushedWorkers implements AutoCloseable {

    private static final int LENGTH_OFFSET = 6;

    private final List<Socket> sockets = new ArrayList<>();

    private PushedWorkers() {}

    /** Registers workers, each on a thread of its own, until this is closed. */
    static PushedWorkers connect(int port, int count) throws IOException {
        PushedWorkers workers = new PushedWorkers();
        for (int i = 0; i < count; i++) {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
            workers.sockets.add(socket);
            socket.setTcpNoDelay(true);
            DataInputStream in =
                    new DataInputStream(new BufferedInputStream(socket.getInputStream()));
            OutputStream out = socket.getOutputStream();
            out.write(FrameCodec.encode(new WorkerRegister(0, registration("worker-" + i))));
            Frame answer = read(in);
            if (!answer.equals(Frame.WorkerRegisterAck.ACCEPTED)) {
                throw new IOException("a worker was not accepted: " + answer);
            }
            Thread.ofPlatform().daemon().start(() -> reply(in, out));
        }
        return workers;
    }

    private static WorkerRegistration registration(String identity) {
        return new WorkerRegistration(
                List.of("bench"), "bench", null, List.of("echo"), identity, List.of());
    }

    private static void reply(DataInputStream in, OutputStream out) {
        try {
            while (true) {
                if (read(in) instanceof Push push) {
                    out.write(
                            FrameCodec.encode(
                                    new PushReply(
                                            0,
                                            push.streamId(),
                                            push.correlationId(),
                                            push.payload())));
                }
            }
        } catch (IOException e) {
            // The connection has ended; a push that it took along has failed.
        }
    }

    private static Frame read(DataInputStream in) throws IOException {
        byte[] header = in.readNBytes(FrameCodec.HEADER_SIZE);
        if (header.length < FrameCodec.HEADER_SIZE) {
            throw new IOException("the service has closed the connection");
        }
        int length = ByteBuffer.wrap(header).getInt(LENGTH_OFFSET);
        byte[] frame = Arrays.copyOf(header, header.length + length);
        in.readFully(frame, header.length, length);
        return FrameCodec.decode(ByteBuffer.wrap(frame));
    }

    @Override
    public void close() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
