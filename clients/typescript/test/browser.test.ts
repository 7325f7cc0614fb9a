import assert from "node:assert/strict";
import { test } from "node:test";
import { WebSocket } from "ws";

import { Worker } from "../src/browser.js";
import * as wire from "../src/wire.js";
import { serve, type Peer } from "./server.js";

// The WebSocket of `ws` has the interface of a browser's.
Object.assign(globalThis, { WebSocket });

test("labels travel in the query, the token in Connect", { timeout: 60_000 }, async (t) => {
  const script = async (peer: Peer) => {
    assert.equal(peer.request.url, "/liminal?labels=zone%3D%22eu%201%22");
    assert.equal(await peer.connected(), "secret");
    await peer.answerRegistration();
    peer.push("hello");
    assert.equal(await peer.answer(), "1 0 hello");
    assert.equal((await peer.receive())?.type, wire.PING);
    peer.send(0x14, 0);
    peer.close(4500, "seen");
  };
  const worker = new Worker({
    url: await serve(t, [script]),
    registration: { identity: "browser" },
    handler: (push) => push.payload,
    labels: { zone: "eu 1" },
    token: async () => ({ value: "secret" }),
    silenceMs: 50,
  });
  worker.start();
  t.after(() => worker.stop(0));
  assert.deepEqual(await worker.ended, { state: "failed", code: 4500, reason: "seen" });
});
