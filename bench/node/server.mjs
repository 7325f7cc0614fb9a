// A bare server on Node's `ws`: answers what the service answers, with nothing behind it.
import { WebSocketServer } from "ws";

const frame = (type, stream, payload = Buffer.alloc(0)) => {
  const header = Buffer.alloc(10);
  header.writeUInt8(type, 0);
  header.writeUInt32BE(stream, 2);
  header.writeUInt32BE(payload.length, 6);
  return Buffer.concat([header, payload]);
};

const CONNECT_ACK = frame(0x02, 0, Buffer.from([0, 1, 0, 0, 0, 0, 0, 0]));
const REGISTER_ACK = frame(0x18, 0, Buffer.from([0]));
const PONG = frame(0x14, 0);
const CONTENT = Buffer.from(Array.from({ length: 16 }, (_, i) => i));
const PUSH = frame(0x15, 1, Buffer.concat([Buffer.alloc(8), Buffer.from([0, 0, 0, 16]), CONTENT]));

const server = new WebSocketServer({
  host: "127.0.0.1",
  port: Number(process.argv[2]),
  path: "/liminal",
  perMessageDeflate: false,
  backlog: 4096,
});

server.on("connection", (socket) => {
  let pushes = 0;
  socket.on("error", () => {});
  socket.on("message", (message) => {
    switch (message[0]) {
      case 0x01: socket.send(CONNECT_ACK); break;
      case 0x17: socket.send(REGISTER_ACK); break;
      case 0x13: socket.send(PONG); break;
      case 0x09: pushes = message.readUInt32BE(message.length - 4); // falls through
      case 0x16: if (pushes-- > 0) socket.send(PUSH); break;
    }
  });
});
server.on("listening", () => console.log("ready"));
