import assert from "node:assert/strict";
import { createServer, type AddressInfo } from "node:net";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { Worker, WorkerError, fixedToken, type Event, type Token } from "../src/node.js";
import * as wire from "../src/wire.js";
import { limit, registration, work } from "./run.js";
import type { Peer } from "./server.js";

const hold = async (peer: Peer) => void (await peer.registered());
const text = (events: Event[]) => JSON.stringify(events, (_, value) => (value instanceof Error ? String(value) : typeof value === "bigint" ? String(value) : value));
const disconnections = (events: Event[]) => events.filter((event) => event.type === "disconnected");
const megabyte = () => new Uint8Array(1_000_000);
const reason = "no";
/** Waits for what holds in time, or fails. */
async function soon(holds: () => boolean, ms = 5_000): Promise<void> {
  for (const end = performance.now() + ms; !holds(); await sleep(5)) assert.ok(performance.now() < end, "not in time");
}

test("a token that HTTP does not allow is a failed attempt", limit, async (t) => {
  for (const value of ["\ufeffsecret", "sec\nret-secret", "secret\r\nX: y", "secreté"]) {
    let connections = 0;
    const script = () => void connections++;
    const { worker, events } = await work(t, [script], { token: fixedToken(value), tokenIn: "upgrade" });
    await soon(() => disconnections(events).length >= 2);
    await worker.stop(0);
    const words = "cannot connect: the token holds a character that HTTP does not allow";
    assert.deepEqual(disconnections(events)[0], { type: "disconnected", code: 1006, reason: words, comesBack: true });
    assert.equal(connections, 0);
    assert.ok(!text(events).includes("secret"));
  }
});

test("there is a second between renewals", limit, async (t) => {
  for (const expiresInMs of [-5_000, 0, NaN, 40 * 86_400_000]) {
    const asked: number[] = [];
    const token = async () => (asked.push(performance.now()), { value: "cached", expiresInMs });
    const script = async (peer: Peer) => {
      await peer.registered();
      while ((await peer.connected()) !== "");
    };
    const { worker } = await work(t, [script], { token });
    await sleep(2_300);
    await worker.stop(0);
    const gaps = asked.slice(1).map((at, index) => at - (asked[index] as number));
    assert.ok(gaps.every((gap) => gap > 990), `${expiresInMs}: ${gaps}`);
    assert.equal(asked.length > 1, !(expiresInMs > 5_000));
  }
});

test("a stop sends what is queued to a slow service", { timeout: 90_000 }, async (t) => {
  const taken: number[] = [];
  let stopped = () => {};
  const stopping = new Promise<void>((resolve) => (stopped = resolve));
  const script = async (peer: Peer) => {
    await peer.registered();
    peer.socket.pause();
    for (let i = 0; i < 12; i++) peer.push("more");
    await stopping;
    for (let i = 0; i < 13; i++) {
      await sleep(660);
      peer.socket.resume();
      taken.push((await peer.receive())?.type ?? 0);
      peer.socket.pause();
    }
    peer.socket.resume();
    peer.close(1000);
  };
  const { worker, counts, until } = await work(t, [script], { handler: megabyte });
  await until(() => counts.count("push_replied") === 12);
  stopped();
  assert.equal((await worker.stop(10_000)).state, "stopped");
  await sleep(8_000); // the operating system may have some
  assert.deepEqual(taken, [...Array<number>(12).fill(wire.PUSH_REPLY), wire.DISCONNECT]);
});

/** It closes with a code if there is one, but does not read. */
const deaf = (code = 0) => async (peer: Peer) => {
  await peer.registered();
  peer.socket.pause();
  for (let i = 0; i < 16; i++) peer.push("more");
  await sleep(500);
  if (code !== 0) peer.close(code);
};

test("a stop ends two seconds after its grace", limit, async (t) => {
  const { worker, counts, until } = await work(t, [deaf()], { handler: megabyte });
  await until(() => counts.count("push_replied") === 16);
  const before = performance.now();
  await worker.stop(1_000);
  const took = performance.now() - before;
  assert.ok(took > 2_900 && took < 4_000, `${took}`);
});

test("a service that closes but does not read is left", limit, async (t) => {
  const sockets = () => process.getActiveResourcesInfo().filter((name) => name === "TCPSocketWrap").length;
  const slow = { initialBackoffMs: 30_000, maxBackoffMs: 30_000 };
  const { worker, events, counts, until } = await work(t, [deaf(1001)], { handler: megabyte, ...slow });
  await until(() => counts.count("push_replied") === 16);
  const before = sockets();
  await soon(() => disconnections(events).length === 1);
  assert.equal(disconnections(events)[0]?.code, 1001);
  await sleep(1_000);
  assert.equal(sockets(), before - 1);
  await worker.stop();
});

test("a grace that is no time is an error at once", limit, async (t) => {
  const { worker, until } = await work(t, [hold]);
  await until(() => worker.state === "registered");
  const handler = () => new Uint8Array();
  for (const grace of [-1, NaN, Infinity, 86_400_001, 1e300]) {
    const message = `graceMs '${grace}' is not allowed; allowed: 0 to 86400000`;
    await assert.rejects(Promise.race([worker.stop(grace), sleep(1_000)]), { name: "RangeError", message });
    assert.equal(worker.state, "registered");
    const options = { url: "ws://localhost/", registration, handler, stopGraceMs: grace };
    assert.throws(() => new Worker(options), RangeError);
  }
  assert.equal((await worker.stop(0)).state, "stopped");
});

test("nothing is emitted after the end", limit, async (t) => {
  let fail = (_: Error) => {};
  const token = () => new Promise<Token>((_, reject) => (fail = reject));
  const { worker, events } = await work(t, [hold], { token });
  await sleep(10);
  await worker.stop();
  fail(new Error("nobody waits for it"));
  await sleep(10);
  assert.deepEqual(events.at(-1), { type: "state", state: "stopped" });
});

test("a listener may stop the worker", limit, async (t) => {
  for (const at of ["connecting", "registered", "disconnected", "waiting"]) {
    const events: Event[] = [];
    const listener = (event: Event) => {
      events.push(event);
      if (event.type === at || (event.type === "state" && event.state === at)) void worker.stop(0);
    };
    const script = async (peer: Peer) => (await peer.registered(), peer.close(1012));
    const { worker } = await work(t, [script], { listeners: [listener] });
    assert.equal((await worker.ended).state, "stopped");
    await sleep(100);
    assert.equal(worker.state, "stopped", at);
    assert.deepEqual(events.at(-1), { type: "state", state: "stopped" });
  }
});

const odd = [undefined, null, "text", Symbol("odd"), Object.create(null)] as unknown[];

test("what a handler throws refuses the push", limit, async (t) => {
  const handler = async () => {
    throw odd.at(-1 - counted++);
  };
  let counted = 0;
  const script = async (peer: Peer) => {
    await peer.registered();
    for (const _ of odd) {
      peer.push("fail");
      if (!(await peer.answer()).includes("the handler failed")) return peer.close(4501);
    }
    peer.close(4500);
  };
  const { worker } = await work(t, [script], { handler });
  assert.equal((await worker.ended).code, 4500);
});

test("what a listener throws is logged", limit, async (t) => {
  const { warn } = console;
  t.after(() => (console.warn = warn));
  let lines = 0;
  console.warn = () => void lines++;
  for (const error of odd) {
    const listeners = [() => { throw error; }, async () => { throw error; }]; // prettier-ignore
    const { worker } = await work(t, [hold], { listeners });
    await soon(() => worker.state === "registered");
    await worker.stop(0);
  }
  assert.ok(lines >= 30);
});

test("what a token or TLS function throws or returns is a failed attempt", limit, async (t) => {
  for (const fault of odd) {
    for (const returned of [true, false]) {
      const faults = [fault];
      const once = (good: unknown) => async () => {
        if (faults.length === 0) return good;
        faults.pop();
        if (!returned) throw fault;
        return fault;
      };
      const token = once({ value: "good" }) as () => Promise<Token>;
      const { worker, counts } = await work(t, [hold], { token });
      await soon(() => worker.state === "registered");
      assert.equal(counts.count("error"), 1);
      await worker.stop(0);
    }
    const faults = [fault];
    const tls = async () => {
      if (faults.length > 0) throw faults.pop();
      return {};
    };
    const { worker } = await work(t, [hold], { tls });
    await soon(() => worker.state === "registered");
    await worker.stop(0);
  }
});

test("a wrong accept is a failed attempt", limit, async (t) => {
  const wrong = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () =>
      socket.write("HTTP/1.1 101 OK\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: bm8=\r\n\r\n"),
    );
  }).listen(0, "127.0.0.1");
  t.after(() => wrong.close());
  await new Promise((resolve) => wrong.once("listening", resolve));
  const { events } = await work(t, `ws://127.0.0.1:${(wrong.address() as AddressInfo).port}/liminal`);
  await soon(() => disconnections(events).length >= 3);
  assert.ok(disconnections(events).every(({ code, comesBack }) => code === 1006 && comesBack));
});

test("a token that stays refused does not come back", limit, async (t) => {
  const script = async (peer: Peer) => (await peer.connected(), peer.close(1008, reason));
  const fixed = await work(t, [script], { token: fixedToken("old") });
  await fixed.worker.ended;
  assert.deepEqual(disconnections(fixed.events), [{ type: "disconnected", code: 1008, reason, comesBack: false }]);
  let number = 0;
  const fresh = await work(t, [script], { token: async () => ({ value: String(number++) }) });
  await fresh.worker.ended;
  const back = disconnections(fresh.events).map(({ comesBack }) => comesBack);
  assert.deepEqual(back, [true, true, true, false]);
});

test("it is waiting while a refused token is replaced", limit, async (t) => {
  let asked = 0;
  const token = () => (++asked === 2 ? new Promise<Token>(() => {}) : Promise.resolve({ value: "old" }));
  const script = async (peer: Peer) => (await peer.registered(), peer.close(1008, reason));
  const { worker, events } = await work(t, [script], { token });
  await soon(() => asked === 2);
  assert.equal(worker.state, "waiting");
  assert.throws(() => worker.publish("news", new Uint8Array()), WorkerError);
  await worker.stop();
  assert.deepEqual(events.slice(-3), [
    { type: "state", state: "stopping" },
    { type: "disconnected", code: 1008, reason, comesBack: false },
    { type: "state", state: "stopped" },
  ]);
});
