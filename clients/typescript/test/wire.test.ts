import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { Refusal, type RefusalCode, type Registration } from "../src/model.js";
import * as wire from "../src/wire.js";

interface Vector {
  readonly name: string;
  readonly hex: string;
  readonly frame: Record<string, unknown>;
  readonly verdict: string;
}

function read(name: string): Vector[] {
  const url = new URL(`../../../../conformance/vectors/${name}`, import.meta.url);
  // JSON.parse would round the 64-bit numbers: they become texts.
  const text = readFileSync(url, "utf8").replace(/:\s*(\d{16,})/g, ': "$1"');
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Vector);
}

const named = {
  connectAck: wire.CONNECT_ACK,
  connectError: wire.CONNECT_ERROR,
  publishError: wire.PUBLISH_ERROR,
  push: wire.PUSH,
  workerRegisterAck: wire.REGISTER_ACK,
} as Record<string, number>;

test("what a worker reads has its meaning", () => {
  const seen = new Set<string>();
  for (const { name, hex, frame } of read("frames.jsonl")) {
    const decoded = wire.decode(Buffer.from(hex, "hex"));
    const { type, flags, streamId, correlationId, reasonCode, message, reason = null, payload } = frame;
    if (named[type as string] === undefined) continue;
    seen.add(type as string);
    const text = type === "workerRegisterAck" ? reason : message;
    const meaning: Record<string, unknown> = { type: named[type as string], flags, stream: streamId };
    if (type === "push") Object.assign(meaning, { correlationId: BigInt(correlationId as string), payload });
    if (reasonCode !== undefined) meaning["code"] = reasonCode;
    if (text !== undefined) meaning["text"] = text;
    const plain = Object.entries(decoded).map(([key, value]) => [
      key,
      value instanceof Uint8Array ? Buffer.from(value).toString("hex") : value,
    ]);
    assert.deepEqual(Object.fromEntries(plain), meaning, name);
  }
  assert.equal(seen.size, 5);
});

test("what a worker sends has its bytes", () => {
  const hexOf = (message: Uint8Array) => Buffer.from(message).toString("hex");
  let count = 0;
  for (const { name, hex, frame } of read("frames.jsonl")) {
    if (frame["type"] === "workerRegister") {
      assert.equal(hexOf(wire.registerFrame(frame["registration"] as Registration)), hex, name);
    } else if (frame["type"] === "pushReply") {
      const { flags, streamId, correlationId } = frame as Record<string, number>;
      const payload = Buffer.from(frame["payload"] as string, "hex");
      const reply = wire.replyFrame(flags ?? 0, streamId ?? 0, BigInt(correlationId ?? 0), payload);
      assert.equal(hexOf(reply), hex, name);
    } else continue;
    count++;
  }
  assert.ok(count > 10);
  assert.equal(hexOf(wire.connectFrame("t")), "0100000000000000000d" + "0001000000010003" + "0000000174");
  const zeros = "00".repeat(32);
  const publication = `0900000000020000003400000001630000002b${zeros}0000000200000000000178`;
  assert.equal(hexOf(wire.publishFrame(2, "c", Buffer.from("x"))), publication);
  assert.equal(hexOf(wire.disconnectFrame()), "04000000000000000000");
});

test("damaged frames are refused if a worker reads them", () => {
  const vectors = read("malformed.jsonl");
  assert.ok(vectors.length > 400);
  const types = Object.values(named);
  for (const { hex, verdict } of vectors) {
    const message = Buffer.from(hex, "hex");
    const whole = message.length >= 10 && message.readUInt32BE(6) === message.length - 10;
    const ignored = whole && !types.includes(message[0] ?? 0);
    if (ignored || verdict === "frame") wire.decode(message);
    else assert.throws(() => wire.decode(message), hex);
  }
});

test("a refusal has the canonical spelling", () => {
  const refusals = read("frames.jsonl").filter(({ name }) => name.startsWith("push-refused"));
  assert.equal(refusals.length, 4);
  for (const { frame } of refusals) {
    const payload = Buffer.from(frame["payload"] as string, "hex");
    const { code, words } = JSON.parse(payload.toString()) as { code: RefusalCode; words: string };
    assert.deepEqual(Buffer.from(new Refusal(code, words).payload()), payload);
  }
});

test("words are cut between characters", () => {
  assert.equal(new Refusal("busy", "é".repeat(600)).words, "é".repeat(512));
  assert.equal(new Refusal("busy", `a${"é".repeat(600)}`).words, `a${"é".repeat(511)}`);
  assert.equal(new Refusal("busy", "\ud800").words, "\ufffd");
  const payload = new TextDecoder().decode(new Refusal("busy", "\x01\b\x7f/\u2028").payload());
  assert.equal(payload, '{"code":"busy","words":"\\u0001\\b\x7f/\u2028"}');
});
