/** A worker over plain TCP: section 15 of docs/protocol.md. Arguments: HOST PORT IDENTITY. */
void main(String[] args) throws IOException {
    var registration = new ByteArrayOutputStream();
    var fields = new DataOutputStream(registration);
    fields.writeInt(1); // namespaces
    bytes(fields, "billing".getBytes());
    bytes(fields, "default".getBytes()); // the task queue
    fields.write(0); // no node
    fields.writeInt(1); // activity types
    bytes(fields, "charge".getBytes());
    bytes(fields, args[2].getBytes()); // the identity
    fields.writeInt(0); // activities with schemas
    try (Socket socket = new Socket(args[0], Integer.parseInt(args[1]))) {
        var in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        var out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
        // Connect: versions 1.0 to 1.1 and an empty token. Then WorkerRegister.
        send(out, 0x01, 0, new byte[] {0, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0});
        send(out, 0x17, 0, registration.toByteArray());
        for (int type = in.read(); type >= 0; type = in.read()) {
            in.skipNBytes(1); // flags
            int stream = in.readInt();
            byte[] body = in.readNBytes(in.readInt());
            switch (type) {
                case 0x03 -> IO.println(text("refused", body, 7));
                case 0x04 -> IO.println("the service restarts; come back later");
                // A Push and its PushReply begin with the correlation id; the reply is the same.
                case 0x15 -> send(out, 0x16, stream, body);
                case 0x18 -> IO.println(body[0] == 0 ? "registered" : text("rejected", body, 5));
                default -> {}
            }
        }
        IO.println("the connection has ended");
    }
}

void send(DataOutputStream out, int type, int stream, byte[] payload) throws IOException {
    out.writeShort(type << 8); // no flags
    out.writeInt(stream);
    bytes(out, payload);
    out.flush();
}

void bytes(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
}

String text(String what, byte[] payload, int start) {
    return what + ": " + new String(payload, start, payload.length - start);
}
