import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { Refusal, SupersededError, Worker, WorkerError, tlsFiles, type Push } from "../src/node.js";
import * as wire from "../src/wire.js";
import { Backoff } from "../src/worker.js";
import { limit, registration, work } from "./run.js";
import { serve, type Peer } from "./server.js";

test("every push ends exactly one way", limit, async (t) => {
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  const answers: string[] = [];
  const script = async (peer: Peer) => {
    const { headers } = peer.request;
    assert.equal(headers["worker-labels"], 'zone="eu\\"1"');
    assert.equal(headers["sec-websocket-extensions"], undefined);
    assert.equal(headers.origin, undefined);
    await peer.registered();
    for (const payload of ["hold", "refuse", "fail", "large", "hold", "over"]) {
      peer.push(payload);
      if (payload !== "hold") answers.push(await peer.answer());
    }
    release();
    answers.push(await peer.answer(), await peer.answer());
    peer.close(4500, "enough");
  };
  const handler = async ({ payload }: Push) => {
    const word = new TextDecoder().decode(payload);
    if (word === "hold") await released;
    if (word === "refuse") throw new Refusal("invalid", "no such thing");
    if (word === "fail") throw new Error("a secret");
    return word === "large" ? new Uint8Array(2_000) : payload;
  };
  const options = { handler, capacity: 2, maxMessage: 1_024, labels: { zone: 'eu"1' } };
  const { worker, counts } = await work(t, [script], options);
  assert.deepEqual(await worker.ended, { state: "failed", code: 4500, reason: "enough" });
  assert.deepEqual(answers.sort(), [
    "1 0 hold",
    '2 1 {"code":"invalid","words":"no such thing"}',
    '3 1 {"code":"internal","words":"the handler failed"}',
    '4 1 {"code":"internal","words":"the reply exceeds 1024 bytes"}',
    "5 0 hold",
    '6 1 {"code":"busy","words":"at the capacity of 2"}',
  ]);
  const ends = ["push_replied", "push_refused", "push_dropped"] as const;
  assert.equal(counts.count("push_received"), 6);
  assert.equal(ends.reduce((sum, type) => sum + counts.count(type), 0), 6);
});

test("a stop finishes what is open", limit, async (t) => {
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  let stopping = () => {};
  const stop = new Promise<void>((resolve) => (stopping = resolve));
  const answers: string[] = [];
  const script = async (peer: Peer) => {
    await peer.registered();
    peer.push("open");
    await stop;
    peer.push("late");
    answers.push(await peer.answer());
    release();
    answers.push(await peer.answer(), String((await peer.receive())?.type));
    peer.close(1000);
  };
  const handler = async ({ payload }: Push) => (await released, payload);
  const { worker, counts, until } = await work(t, [script], { handler });
  await until(() => counts.count("push_received") === 1);
  const ended = worker.stop();
  assert.equal(worker.state, "stopping");
  stopping();
  assert.equal((await ended).state, "stopped");
  const late = '2 1 {"code":"unavailable","words":"the worker is stopping"}';
  assert.deepEqual(answers, [late, "1 0 open", String(wire.DISCONNECT)]);
});

test("a stop aborts handlers after its grace", limit, async (t) => {
  const script = async (peer: Peer) => {
    await peer.registered();
    peer.push("for ever");
    await peer.answer();
    await peer.receive();
    peer.close(1000);
  };
  let aborted = false;
  const handler = ({ signal }: Push) =>
    new Promise<Uint8Array>((_, reject) => {
      signal.addEventListener("abort", () => reject(new Error(String((aborted = true)))));
    });
  const { worker, counts, until } = await work(t, [script], { handler });
  await until(() => counts.count("push_received") === 1);
  await worker.stop(0);
  assert.ok(aborted);
});

test("a stop works in every state and leaves no timer", limit, async (t) => {
  const silent = createServer(() => {}).listen(0, "127.0.0.1");
  t.after(() => silent.close());
  await new Promise((resolve) => silent.once("listening", resolve));
  const { port } = silent.address() as AddressInfo;
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  const before = timers();
  const slow = { initialBackoffMs: 3_600_000, maxBackoffMs: 3_600_000 };
  for (const [state, url] of [
    ["connecting", `ws://127.0.0.1:${port}/liminal`],
    ["waiting", "ws://127.0.0.1:1/liminal"],
  ] as const) {
    const { worker, until } = await work(t, url, slow);
    await until(() => worker.state === state);
    assert.equal((await worker.stop()).state, "stopped");
  }
  const handler = () => new Uint8Array();
  const idle = new Worker({ url: "ws://127.0.0.1:1/liminal", registration, handler });
  assert.equal((await idle.stop()).state, "stopped");
  assert.ok(timers() <= before);
});

test("it comes back by the range of the close code", limit, async (t) => {
  const codes = { back: [1000, 1001, 1011, 1012, 3000, 4003, 4014, 4499], not: [1002, 1003, 1008, 1009, 4500, 4999] };
  for (const code of [...codes.back, ...codes.not]) {
    const first = async (peer: Peer) => (await peer.registered(), peer.close(code));
    const { worker } = await work(t, [first, (peer) => peer.close(4501)]);
    assert.equal((await worker.ended).code, codes.back.includes(code) ? 4501 : code);
  }
});

test("only a fresh token follows a refused one", limit, async (t) => {
  const tokens = ["old", "new", "new"];
  const seen: string[] = [];
  const script = async (peer: Peer) => {
    seen.push((await peer.receive())?.text ?? "");
    peer.send(wire.CONNECT_ERROR, 0, wire.uint(2, 6), wire.optional(null));
    peer.close(1008, "no");
  };
  const token = async () => ({ value: tokens.shift() ?? "" });
  const { worker, events } = await work(t, [script], { token });
  assert.deepEqual(await worker.ended, { state: "failed", code: 1008, reason: "no" });
  assert.deepEqual(seen, ["old", "new"]);
  assert.ok(!JSON.stringify(events, (_, value) => String(value)).includes('"old"'));
});

test("a token in the upgrade is renewed by Connect", limit, async (t) => {
  const script = async (peer: Peer) => {
    assert.equal(peer.request.headers.authorization, "Bearer secret");
    assert.equal(await peer.connected(), "");
    await peer.answerRegistration();
    assert.equal(await peer.connected(), "secret");
    await peer.receive();
  };
  const token = async () => ({ value: "secret", expiresInMs: 200 });
  const { counts, until } = await work(t, [script], { token, tokenIn: "upgrade" });
  await until(() => counts.count("renewed") === 1);
});

test("a temporary rejection waits as long as it says", limit, async (t) => {
  let waited = 0;
  const script = async (peer: Peer) => {
    await peer.connected();
    await peer.answerRegistration("no memory; retry in 1 s");
    const rejected = performance.now();
    await peer.answerRegistration();
    waited = performance.now() - rejected;
    peer.close(4500);
  };
  const { worker } = await work(t, [script], { onRejection: "stop" });
  await worker.ended;
  assert.ok(waited > 990);
});

test("a rejection ends it if it is told so", limit, async (t) => {
  const script = async (peer: Peer) => {
    await peer.connected();
    await peer.answerRegistration("no such queue");
    await peer.receive();
    peer.close(1000);
  };
  const { worker } = await work(t, [script], { onRejection: "stop" });
  assert.deepEqual(await worker.ended, { state: "failed", code: 0, reason: "no such queue" });
});

test("it registers again and keeps the earlier one if rejected", limit, async (t) => {
  const queues: string[] = [];
  let again = () => {};
  const told = new Promise<void>((resolve) => (again = resolve));
  const first = async (peer: Peer) => {
    await peer.connected();
    for (const rejection of [null, null, "no"]) queues.push(await peer.answerRegistration(rejection));
    await told;
    peer.close(1012);
  };
  const second = async (peer: Peer) => {
    queues.push(await peer.registered());
    peer.close(4500);
  };
  const { worker, until } = await work(t, [first, second]);
  await until(() => worker.state === "registered");
  const change = (taskQueue: string) => worker.register({ ...registration, taskQueue });
  assert.deepEqual(await change("two"), { accepted: true });
  assert.deepEqual(await change("three"), { accepted: false, reason: "no" });
  again();
  await worker.ended;
  assert.deepEqual(queues, ["default", "two", "three", "two"]);
  await assert.rejects(change("four"), WorkerError);
});

test("a later registration supersedes one without a result", limit, async (t) => {
  const { worker, until } = await work(t, [async (peer) => void (await peer.registered())]);
  await until(() => worker.state === "registered");
  const first = worker.register(registration);
  const second = worker.register(registration);
  await assert.rejects(first, SupersededError);
  const rejected = assert.rejects(second, WorkerError);
  await worker.stop(0);
  await rejected;
});

test("a refused publication is an event", limit, async (t) => {
  const script = async (peer: Peer) => {
    await peer.registered();
    const stream = (await peer.receive())?.stream ?? 0;
    peer.send(wire.PUBLISH_ERROR, stream, wire.uint(2, 0xffff), wire.optional("nobody"));
  };
  const { worker, events, counts, until } = await work(t, [script]);
  await until(() => worker.state === "registered");
  worker.publish("news", Buffer.from("hello"));
  await until(() => counts.count("publish_refused") === 1);
  const refused = { type: "publish_refused", stream: 2, code: 0xffff, message: "nobody" };
  assert.deepEqual(events.at(-1), refused);
  assert.throws(() => worker.publish("news", new Uint8Array(1_048_576)), RangeError);
  await worker.stop(0);
  assert.throws(() => worker.publish("news", Buffer.from("hello")), WorkerError);
});

test("what is no frame closes, and it comes back", limit, async (t) => {
  for (const [message, code] of [
    [Buffer.from([0]), 1002],
    ["text", 1003],
    [Buffer.alloc(2_000), 1009],
  ] as const) {
    let seen = 0;
    const first = async (peer: Peer) => {
      await peer.registered();
      peer.socket.send(message);
      await peer.receive();
      seen = peer.closeCode;
    };
    const { worker } = await work(t, [first, (peer) => peer.close(4500)], { maxMessage: 1_024 });
    assert.equal((await worker.ended).code, 4500);
    assert.equal(seen, code);
  }
});

test("a silent service is given up", limit, async (t) => {
  // It answers no ping.
  const silent = (peer: Peer) => void ((peer.socket as unknown as { _autoPong: boolean })._autoPong = false);
  const { counts, events, until } = await work(t, [silent], { silenceMs: 50, pongTimeoutMs: 50 });
  await until(() => counts.count("disconnected") === 1);
  const reason = "nothing was heard for 100 ms";
  const lost = events.find((event) => event.type === "disconnected");
  assert.deepEqual(lost, { type: "disconnected", code: 1006, reason, comesBack: true });
});

test("certificates prove both ends", limit, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "worker-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = (name: string) => join(folder, name);
  try {
    for (const role of ["service", "worker"]) {
      const args =
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 " +
        `-subj /CN=${role} -addext subjectAltName=DNS:localhost ` +
        `-keyout ${file(`${role}.key`)} -out ${file(`${role}.pem`)}`;
      execFileSync("openssl", args.split(" "), { stdio: "ignore" });
    }
  } catch {
    return t.skip("openssl is not installed");
  }
  const [cert, key] = [readFileSync(file("service.pem")), readFileSync(file("service.key"))];
  const tls = { cert, key, ca: readFileSync(file("worker.pem")), requestCert: true, rejectUnauthorized: true };
  const script = async (peer: Peer) => (await peer.registered(), peer.close(4500, "seen"));
  const url = await serve(t, [script], tls);
  const files = { ca: file("service.pem"), cert: file("worker.pem"), key: file("worker.key") };
  const { worker } = await work(t, url, { tls: tlsFiles(files) });
  assert.deepEqual(await worker.ended, { state: "failed", code: 4500, reason: "seen" });
});

test("an option outside its range is an error", () => {
  const good = { url: "ws://localhost/liminal", registration, handler: () => new Uint8Array() };
  for (const wrong of [
    { url: "http://localhost/liminal" },
    { capacity: 0 },
    { silenceMs: 0 },
    { initialBackoffMs: 2, maxBackoffMs: 1 },
    { labels: { Zone: "eu1" } },
    { labels: { zone: "é" } },
  ]) {
    assert.throws(() => new Worker({ ...good, ...wrong }), RangeError);
  }
});

test("a pause is random below a limit that doubles", () => {
  const limits = [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000];
  const longest = limits.map(() => 0);
  for (let round = 0; round < 500; round++) {
    const backoff = new Backoff(1_000, 60_000);
    limits.forEach((_, index) => (longest[index] = Math.max(longest[index] ?? 0, backoff.next())));
  }
  limits.forEach((most, index) => {
    assert.ok((longest[index] ?? 0) <= most);
    assert.ok((longest[index] ?? 0) > most * 0.8);
  });
});
