import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { createServer, type ServerOptions } from "node:https";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import { WebSocket, WebSocketServer } from "ws";

import { decode, encode, type Frame } from "../src/wire.js";

/** One connection of a worker, at a server that does what a test tells it. */
export class Peer {
  readonly #arrived: (Buffer | null)[] = [];
  #wake: () => void = () => {};
  #pushed = 0n;
  closeCode = 0;

  constructor(
    readonly socket: WebSocket,
    readonly request: IncomingMessage,
  ) {
    socket.on("message", (data) => this.#add(data as Buffer));
    socket.on("close", (code) => {
      this.closeCode = code;
      this.#add(null);
    });
  }

  #add(message: Buffer | null): void {
    this.#arrived.push(message);
    this.#wake();
  }

  /** The next frame; none once the connection has ended. */
  async receive(): Promise<Frame | null> {
    while (this.#arrived.length === 0) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    const message = this.#arrived.shift();
    return message == null ? null : decode(message);
  }

  send(frame: Frame): void {
    this.socket.send(encode(frame));
  }

  async connected(): Promise<string> {
    const connect = await this.receive();
    const control = { streamId: 0, flags: 0 };
    this.send({ type: "connectAck", ...control, selectedVersion: [1, 3], capabilities: 0 });
    return connect?.type === "connect" ? Buffer.from(connect.authToken).toString() : "";
  }

  async answerRegistration(rejection: string | null = null): Promise<string> {
    const register = await this.receive();
    this.send({ type: "workerRegisterAck", streamId: 0, flags: 0, rejection });
    return register?.type === "workerRegister" ? (register.registration.taskQueue ?? "") : "";
  }

  async registered(): Promise<string> {
    await this.connected();
    return this.answerRegistration();
  }

  push(payload: string): void {
    const correlationId = ++this.#pushed;
    const streamId = Number(correlationId);
    this.send({ type: "push", streamId, flags: 0, correlationId, payload: Buffer.from(payload) });
  }

  /** The next answer to a push, as its number, its flags and its text. */
  async answer(): Promise<string> {
    const reply = await this.receive();
    if (reply?.type !== "pushReply") return `no reply but ${reply?.type}`;
    return `${reply.correlationId} ${reply.flags} ${Buffer.from(reply.payload).toString()}`;
  }

  close(code: number, reason = ""): void {
    this.socket.close(code, reason);
  }
}

export type Script = (peer: Peer) => Promise<void> | void;

/** Passes each connection to the next script; the last script takes all that follow. */
export async function serve(t: TestContext, scripts: Script[], tls?: ServerOptions): Promise<string> {
  const secure = tls === undefined ? undefined : createServer(tls);
  const server =
    secure === undefined
      ? new WebSocketServer({ host: "127.0.0.1", port: 0 })
      : new WebSocketServer({ server: secure });
  let count = 0;
  server.on("connection", (socket, request) => {
    const script = scripts[Math.min(count++, scripts.length - 1)] as Script;
    const failed = () => socket.close(4999, "the script failed");
    void Promise.resolve(script(new Peer(socket, request))).catch(failed);
  });
  secure?.listen(0, "127.0.0.1");
  await once(secure ?? server, "listening");
  t.after(() => {
    for (const client of server.clients) client.terminate();
    server.close();
    secure?.close();
  });
  const { port } = (secure ?? server).address() as AddressInfo;
  return `${secure === undefined ? "ws" : "wss"}://localhost:${port}/liminal`;
}
