/** A worker in a browser, with the WebSocket that is there. */

import { settingsOf, type WorkerOptions } from "./model.js";
import { closeReason, type Socket, type SocketListener, type Transport } from "./transport.js";
import { encode } from "./wire.js";
import { CoreWorker } from "./worker.js";

export * from "./index.js";

/**
 * A worker: one connection at a time, until it is stopped or told not to come back.
 *
 * A browser cannot set headers, so labels travel in the query and the token in Connect. It does not
 * say why an upgrade was refused: the worker then comes back. It sends no WebSocket pings, so the
 * worker sends the frame Ping. The service must allow the page's origin.
 */
export class Worker extends CoreWorker {
  /** @throws RangeError if an option is outside its range */
  constructor(options: WorkerOptions) {
    const settings = settingsOf(options);
    const url = new URL(settings.url);
    if (settings.labelText !== "") url.searchParams.set("labels", settings.labelText);
    // A browser's query form writes a blank as +, which is not a percent-encoding.
    url.search = url.search.replaceAll("+", "%20");
    const transport = new BrowserTransport(url.href, settings.connectTimeoutMs, settings.maxMessage);
    super(settings, transport, false);
  }
}

class BrowserTransport implements Transport {
  constructor(
    private readonly url: string,
    private readonly timeoutMs: number,
    private readonly maxMessage: number,
  ) {}

  open(_: string | null, listener: SocketListener): Socket {
    return new BrowserSocket(new WebSocket(this.url), this.timeoutMs, this.maxMessage, listener);
  }
}

class BrowserSocket implements Socket {
  heard = 0;
  readonly #listener: SocketListener;
  readonly #timer: ReturnType<typeof setTimeout>;
  #closed: { code: number; reason: string } | undefined;
  #ended = false;

  constructor(
    private readonly socket: WebSocket,
    timeoutMs: number,
    maxMessage: number,
    listener: SocketListener,
  ) {
    this.#listener = listener;
    this.#timer = setTimeout(() => this.abort(), timeoutMs);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      clearTimeout(this.#timer);
      if (!this.#ended) listener.opened(null);
    };
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      this.heard++;
      if (this.#ended || this.#closed !== undefined) return;
      if (typeof data === "string") listener.received(data);
      else if (data.byteLength > maxMessage) this.close(4009, `a message over ${maxMessage} bytes`);
      else listener.received(new Uint8Array(data));
    };
    socket.onclose = ({ code, reason }) => this.#end(code, reason, code !== 1006);
  }

  get buffered(): number {
    return this.socket.bufferedAmount;
  }

  send(message: Uint8Array): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(message as Uint8Array<ArrayBuffer>);
  }

  ping(): void {
    this.send(encode({ type: "ping", streamId: 0, flags: 0 }));
  }

  /** A browser closes with 1000 or 3000 to 4999 only: 1002 becomes 4002, and so on. */
  close(code: number, reason: string): void {
    this.#closed ??= { code, reason };
    const allowed = code === 1000 || code >= 3000 ? code : code + 3000;
    this.socket.close(allowed, closeReason(reason));
  }

  abort(): void {
    this.socket.close();
    this.#end(1006, "", false);
  }

  #end(code: number, reason: string, byService: boolean): void {
    clearTimeout(this.#timer);
    if (this.#ended) return;
    this.#ended = true;
    const end = this.#closed ?? { code, reason };
    this.#listener.ended({ ...end, byService: byService && this.#closed === undefined });
  }
}
