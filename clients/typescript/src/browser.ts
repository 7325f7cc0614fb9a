/** A worker in a browser, with the WebSocket that is there. */

import type { WorkerOptions } from "./model.js";
import { settingsOf } from "./settings.js";
import * as wire from "./wire.js";
import { CoreWorker, type Socket } from "./worker.js";

export * from "./model.js";
export { CoreWorker };

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
    super(settings, () => open(url.href), false);
  }
}

function open(url: string): Socket {
  const socket = new WebSocket(url);
  return Object.assign(socket as unknown as Socket, {
    /** A browser closes with 1000 or 3000 to 4999 only: 1002 becomes 4002, and so on. */
    fail: (code: number) => socket.close(code + 3000),
    ping: () => socket.send(wire.frame(wire.PING, 0, 0) as Uint8Array<ArrayBuffer>),
    terminate: () => socket.close(),
  });
}
