import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.*;
import java.net.Socket;

/**
 * A worker over plain TCP: section 15 of {@code docs/protocol.md}. Arguments: HOST PORT IDENTITY.
 */
public final class TcpWorker {

    public static void main(String[] args) throws IOException {
        try (Socket socket = new Socket(args[0], Integer.parseInt(args[1]))) {
            var in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
            OutputStream out = socket.getOutputStream();
            // Connect: versions 1.0 to 1.1, an empty token. Then WorkerRegister.
            send(out, 0x01, 0, new byte[] {0, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0});
            send(out, 0x17, 0, registration(args[2]));
            while (true) {
                int type = in.readUnsignedShort() >> 8;
                int stream = in.readInt();
                byte[] payload = new byte[in.readInt()];
                in.readFully(payload);
                switch (type) {
                    // The payloads of a Push and of its PushReply begin with the correlation id.
                    case 0x15 -> send(out, 0x16, stream, payload);
                    case 0x18 ->
                            System.out.println(
                                    payload[0] == 0
                                            ? "registered"
                                            : "rejected: " + text(payload, 5));
                    case 0x03 -> System.out.println("refused: " + text(payload, 7));
                    case 0x04 -> System.out.println("the service restarts; come back later");
                    default -> {}
                }
            }
        } catch (EOFException e) {
            System.out.println("the connection has ended");
        }
    }

    private static byte[] registration(String identity) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(1); // namespaces
        string(out, "billing");
        string(out, "default"); // the task queue
        out.write(0); // no node
        out.writeInt(1); // activity types
        string(out, "charge");
        string(out, identity);
        out.writeInt(0); // activities with schemas
        return bytes.toByteArray();
    }

    private static void string(DataOutputStream out, String text) throws IOException {
        out.writeInt(text.getBytes(UTF_8).length);
        out.write(text.getBytes(UTF_8));
    }

    private static String text(byte[] payload, int start) {
        return new String(payload, start, payload.length - start, UTF_8);
    }

    private static void send(OutputStream out, int type, int stream, byte[] payload)
            throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        DataOutputStream header = new DataOutputStream(frame);
        header.writeShort(type << 8); // no flags
        header.writeInt(stream);
        header.writeInt(payload.length);
        header.write(payload);
        out.write(frame.toByteArray());
    }
}
