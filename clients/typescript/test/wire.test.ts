import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { Refusal, type RefusalCode } from "../src/model.js";
import { ProtocolError, decode, encode, type Frame } from "../src/wire.js";

interface Vector {
  readonly name: string;
  readonly hex: string;
  readonly frame: Record<string, unknown>;
  readonly verdict: string;
  readonly type: string;
  readonly reasonCode?: number;
}

function read(name: string): Vector[] {
  const url = new URL(`../../../../conformance/vectors/${name}`, import.meta.url);
  // JSON.parse would round the 64-bit numbers: they become texts, as in `plain`.
  const text = readFileSync(url, "utf8").replace(/:\s*(\d{16,})/g, ': "$1"');
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Vector);
}

/** A value as the vectors spell it. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  if (typeof value === "bigint") return value >= 10n ** 15n ? String(value) : Number(value);
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, plain(part)]));
}

/** A frame as the vectors spell it. */
function meaning(frame: Frame): unknown {
  const { ...fields } = plain(frame) as Record<string, unknown>;
  if (frame.type === "workerRegisterAck") {
    delete fields["rejection"];
    if (frame.rejection === null) return { ...fields, outcome: "accepted" };
    return { ...fields, outcome: "rejected", reason: frame.rejection };
  }
  if (frame.type === "linkOpenAck") {
    delete fields["answer"];
    return { ...fields, ...(plain(frame.answer) as object) };
  }
  if (frame.type === "disconnectReason") {
    return { ...fields, name: ["", "grant_revoked", "revocation_log_reset"][frame.reasonCode] };
  }
  if (frame.type === "deliver" && frame.boot !== undefined) {
    const { boot, messageId: id, ...others } = fields;
    return { ...others, message: { boot, id } };
  }
  if (frame.type === "publish") return { idempotencyKey: null, ...fields };
  return fields;
}

test("bytes have their meaning, and back", () => {
  const vectors = read("frames.jsonl");
  for (const { name, hex, frame } of vectors) {
    const decoded = decode(Buffer.from(hex, "hex"));
    assert.deepEqual(meaning(decoded), plain(frame), name);
    assert.equal(Buffer.from(encode(decoded)).toString("hex"), hex, name);
  }
  assert.equal(new Set(vectors.map((vector) => vector.frame["type"])).size, 30);
});

test("damaged bytes get their verdict", () => {
  const vectors = read("malformed.jsonl");
  assert.ok(vectors.length > 400);
  for (const { hex, verdict, type, reasonCode = 9 } of vectors) {
    const message = Buffer.from(hex, "hex");
    if (verdict === "frame") assert.equal(decode(message).type, type, hex);
    else {
      const expected = (error: unknown) =>
        error instanceof ProtocolError && error.reasonCode === reasonCode;
      assert.throws(() => decode(message), expected, hex);
    }
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
