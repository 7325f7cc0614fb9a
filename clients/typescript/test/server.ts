import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { createServer, type ServerOptions } from "node:https";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import { WebSocket, WebSocketServer } from "ws";

import * as wire from "../src/wire.js";

/** A frame of a worker. */
export interface Sent {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly correlationId: bigint;
  /** The token, the task queue, the channel, or the payload of a reply. */
  readonly text: string;
}

function parse(message: Buffer): Sent {
  const r = new wire.Reader(message);
  const head = { type: r.uint(1), flags: r.uint(1), stream: r.uint(4) };
  r.uint(4);
  if (head.type === wire.CONNECT) r.take(8);
  if (head.type === wire.REGISTER) for (let left = r.uint(4); left > 0; left--) r.bytes();
  const correlationId = head.type === wire.PUSH_REPLY ? r.u64() : 0n;
  const text = r.left === 0 ? "" : Buffer.from(r.bytes()).toString();
  return { ...head, correlationId, text };
}

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
  async receive(): Promise<Sent | null> {
    while (this.#arrived.length === 0) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    const message = this.#arrived.shift();
    return message == null ? null : parse(message);
  }

  send(type: number, stream: number, ...fields: Uint8Array[]): void {
    this.socket.send(wire.frame(type, 0, stream, ...fields));
  }

  async connected(): Promise<string> {
    const connect = await this.receive();
    this.send(wire.CONNECT_ACK, 0, wire.uint(2, 1), wire.uint(2, 3), wire.uint(4, 0));
    return connect?.text ?? "";
  }

  async answerRegistration(rejection: string | null = null): Promise<string> {
    const register = await this.receive();
    this.send(wire.REGISTER_ACK, 0, wire.optional(rejection));
    return register?.type === wire.REGISTER ? register.text : "";
  }

  async registered(): Promise<string> {
    await this.connected();
    return this.answerRegistration();
  }

  push(payload: string): void {
    const correlationId = ++this.#pushed;
    this.send(wire.PUSH, Number(correlationId), wire.uint(8, correlationId), wire.text(payload));
  }

  /** The next answer to a push, as its number, its flags and its text. */
  async answer(): Promise<string> {
    const reply = await this.receive();
    if (reply?.type !== wire.PUSH_REPLY) return `no reply but ${reply?.type}`;
    return `${reply.correlationId} ${reply.flags} ${reply.text}`;
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
