/** A worker on Node.js, with the WebSocket of the package `ws`. */

import { readFile } from "node:fs/promises";
import type { Socket as NetSocket } from "node:net";
import { WebSocket, type ClientOptions } from "ws";

import { check, settingsOf, type TokenSource, type WorkerOptions } from "./model.js";
import { closeReason, type Socket, type SocketListener, type Transport } from "./transport.js";
import { VERSION } from "./version.js";
import { CoreWorker } from "./worker.js";

export * from "./index.js";

const CLOSE_TIMEOUT_MS = 2_000;

/** PEM texts for TLS. */
export interface Tls {
  /** Who issues the service's certificate; by default, whom Node trusts. */
  readonly ca?: string | Buffer;
  /** This worker's certificate and its issuers. */
  readonly cert?: string | Buffer;
  /** The key of the certificate. */
  readonly key?: string | Buffer;
}

/** The options of a worker on Node.js. */
export interface NodeWorkerOptions extends WorkerOptions {
  /** Where the token travels: in `connect` by default, or with the `upgrade`. */
  readonly tokenIn?: "connect" | "upgrade";
  /** What this worker is, for the header `User-Agent`. */
  readonly userAgent?: string;
  /** Gets what TLS needs. It is called for each connection. */
  readonly tls?: () => Promise<Tls>;
}

/** A worker: one connection at a time, until it is stopped or told not to come back. */
export class Worker extends CoreWorker {
  /** @throws RangeError if an option is outside its range */
  constructor(options: NodeWorkerOptions) {
    const { tokenIn = "connect", userAgent, tls, ...common } = options;
    check(["connect", "upgrade"].includes(tokenIn), "tokenIn", tokenIn, "connect, upgrade");
    const settings = settingsOf(common);
    const headers: Record<string, string> = {
      "User-Agent": userAgent ?? `frontdoor-worker-typescript/${VERSION}`,
    };
    if (settings.labelText !== "") headers["Worker-Labels"] = settings.labelText;
    const upgrade: ClientOptions = {
      headers,
      perMessageDeflate: false,
      handshakeTimeout: settings.connectTimeoutMs,
      maxPayload: settings.maxMessage,
      closeTimeout: CLOSE_TIMEOUT_MS,
    } as ClientOptions;
    super(settings, new WsTransport(settings.url, upgrade, tls), tokenIn === "upgrade");
  }
}

/** A source that reads a file each time, without the blanks around the token. */
export function tokenFile(path: string, expiresInMs?: number): TokenSource {
  return async () => ({ value: (await readFile(path, "utf8")).trim(), expiresInMs });
}

/** Reads PEM files for TLS, anew for each connection. */
export function tlsFiles(paths: { ca?: string; cert?: string; key?: string }): () => Promise<Tls> {
  return async () => {
    const read = Object.entries(paths).map(async ([name, path]) => [name, await readFile(path)]);
    return Object.fromEntries(await Promise.all(read)) as Tls;
  };
}

class WsTransport implements Transport {
  constructor(
    private readonly url: string,
    private readonly options: ClientOptions,
    private readonly tls: (() => Promise<Tls>) | undefined,
  ) {}

  async open(bearer: string | null, listener: SocketListener): Promise<Socket> {
    const headers = { ...this.options.headers };
    if (bearer !== null) headers["Authorization"] = `Bearer ${bearer}`;
    const tls = await this.tls?.();
    return new WsSocket(new WebSocket(this.url, { ...this.options, ...tls, headers }), listener);
  }
}

class WsSocket implements Socket {
  #net: NetSocket | undefined;
  #instance: string | null = null;
  #refused: { code: number; retryAfter: number } | undefined;
  #closed: { code: number; reason: string } | undefined;
  #error = "";

  constructor(
    private readonly socket: WebSocket,
    listener: SocketListener,
  ) {
    socket.on("upgrade", (response) => {
      this.#net = response.socket;
      this.#instance = response.headers["frontdoor-instance"]?.toString() ?? null;
    });
    socket.on("open", () => listener.opened(this.#instance));
    socket.on("message", (data, isBinary) => {
      const bytes = data as Buffer;
      listener.received(isBinary ? bytes : bytes.toString());
    });
    socket.on("unexpected-response", (_, response) => {
      const wait = response.headers["retry-after"] ?? "";
      const retryAfter = /^[0-9]{1,9}$/.test(wait) ? Number(wait) : 0;
      this.#refused = { code: response.statusCode ?? 0, retryAfter };
      socket.terminate();
    });
    socket.on("error", (error) => {
      this.#error ||= error.message || String(error);
    });
    socket.on("close", (code, reason) => {
      if (this.#refused !== undefined) {
        const words = `HTTP status ${this.#refused.code}`;
        listener.ended({ ...this.#refused, reason: words, byService: true, refused: true });
      } else if (this.#closed !== undefined) {
        listener.ended({ ...this.#closed, byService: false });
      } else if (code === 1006) {
        listener.ended({ code, reason: this.#error, byService: false });
      } else {
        listener.ended({ code, reason: reason.toString(), byService: true });
      }
    });
  }

  get buffered(): number {
    return this.socket.bufferedAmount;
  }

  get heard(): number {
    return this.#net?.bytesRead ?? 0;
  }

  send(message: Uint8Array): void {
    this.socket.send(message);
  }

  ping(): void {
    this.socket.ping();
  }

  close(code: number, reason: string): void {
    this.#closed ??= { code, reason };
    this.socket.close(code, closeReason(reason));
  }

  abort(): void {
    this.socket.terminate();
  }
}
