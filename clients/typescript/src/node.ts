/** A worker on Node.js, with the WebSocket of the package `ws`. */

import { readFile } from "node:fs/promises";

import { WebSocket, type ClientOptions } from "ws";

import type { TokenSource, WorkerOptions } from "./model.js";
import { check, settingsOf } from "./settings.js";
import { VERSION } from "./version.js";
import { CoreWorker, type Reports, type Socket } from "./worker.js";

export * from "./model.js";
export { CoreWorker };

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
    const upgrade = { headers, perMessageDeflate: false, maxPayload: settings.maxMessage, closeTimeout: CLOSE_TIMEOUT_MS };
    const platform = async (bearer: string | null, reports: Reports) => {
      const authorization = bearer === null ? {} : { Authorization: `Bearer ${bearer}` };
      const secrets = { ...(await tls?.()), headers: { ...headers, ...authorization } };
      return open(settings.url, { ...upgrade, ...secrets }, reports);
    };
    super(settings, platform, tokenIn === "upgrade");
  }
}

function open(url: string, options: ClientOptions, reports: Reports): Socket {
  const socket = new WebSocket(url, options);
  socket.on("upgrade", ({ headers, socket: line }) => {
    reports.instance = headers["frontdoor-instance"]?.toString() ?? null;
    // Not before the package reads, too: what follows the answer at once would be lost.
    socket.once("open", () => line.on("data", () => reports.heard()));
  });
  socket.on("unexpected-response", (_, { statusCode = 0, headers }) => {
    const wait = headers["retry-after"] ?? "";
    reports.refused = { code: statusCode, retryAfter: /^[0-9]{1,9}$/.test(wait) ? Number(wait) : 0 };
    socket.terminate();
  });
  return Object.assign(socket as unknown as Socket, { fail: (code: number) => socket.close(code) });
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
