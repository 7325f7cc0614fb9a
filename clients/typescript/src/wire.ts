/** The bytes of the frames that a worker sends or reads. It ignores all other frames. */

import type { Registration } from "./model.js";

/** The types of frames. */
export const CONNECT = 0x01;
export const CONNECT_ACK = 0x02;
export const CONNECT_ERROR = 0x03;
export const DISCONNECT = 0x04;
export const PUBLISH = 0x09;
export const PUBLISH_ERROR = 0x0b;
export const PING = 0x13;
export const PUSH = 0x15;
export const PUSH_REPLY = 0x16;
export const REGISTER = 0x17;
export const REGISTER_ACK = 0x18;

export const HEADER_SIZE = 10;
export const REFUSAL_FLAG = 1;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const toUtf8 = new TextEncoder();

/** A frame from the service, with those fields that its type has. */
export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly correlationId?: bigint;
  readonly code?: number;
  /** Why something was refused. */
  readonly text?: string | null;
  readonly payload?: Uint8Array;
}

export const connectFrame = (token: string): Uint8Array =>
  frame(CONNECT, 0, 0, uint(2, 1), uint(2, 0), uint(2, 1), uint(2, 3), text(token));

export const disconnectFrame = (): Uint8Array => frame(DISCONNECT, 0, 0);

export function registerFrame(worker: Registration): Uint8Array {
  const { namespaces = [], activityTypes = [], activities = [] } = worker;
  return frame(
    REGISTER,
    0,
    0,
    list(namespaces.map(text)),
    text(worker.taskQueue ?? "default"),
    optional(worker.node ?? null),
    list(activityTypes.map(text)),
    text(worker.identity),
    list(activities.map((a) => join(text(a.name), text(a.inputSchemaJson), text(a.outputSchemaJson)))),
  );
}

export const replyFrame = (flags: number, stream: number, id: bigint, payload: Uint8Array): Uint8Array =>
  frame(PUSH_REPLY, flags, stream, uint(8, id), bytes(payload));

/** A publication without schema and cause. */
export function publishFrame(stream: number, channel: string, payload: Uint8Array): Uint8Array {
  const envelope = join(new Uint8Array(32), bytes(new Uint8Array(2)), bytes(payload));
  return frame(PUBLISH, 0, stream, text(channel), bytes(envelope));
}

export function frame(type: number, flags: number, stream: number, ...fields: Uint8Array[]): Uint8Array {
  return join(uint(1, type), uint(1, flags), uint(4, stream), bytes(join(...fields)));
}

/** An unsigned number of so many bytes. */
export function uint(size: 1 | 2 | 4 | 8, value: number | bigint): Uint8Array {
  const eight = new Uint8Array(8);
  new DataView(eight.buffer).setBigUint64(0, BigInt(value));
  return eight.subarray(8 - size);
}

export const bytes = (value: Uint8Array): Uint8Array => join(uint(4, value.length), value);

export const text = (value: string): Uint8Array => bytes(toUtf8.encode(value));

export const optional = (value: string | null): Uint8Array =>
  value === null ? uint(1, 0) : join(uint(1, 1), text(value));

const list = (items: Uint8Array[]): Uint8Array => join(uint(4, items.length), ...items);

function join(...parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/**
 * Decodes a message, which must be one whole frame and nothing else.
 *
 * @throws Error if it is anything else
 */
export function decode(message: Uint8Array): Frame {
  const r = new Reader(message);
  const head = { type: r.uint(1), flags: r.uint(1), stream: r.uint(4) };
  const length = r.uint(4);
  if (length !== r.left) throw new RangeError(`${length} bytes are declared, ${r.left} follow`);
  let read: Frame;
  switch (head.type) {
    case CONNECT_ACK:
      r.take(8); // version and capabilities
      read = head;
      break;
    case CONNECT_ERROR:
    case PUBLISH_ERROR:
      read = { ...head, code: r.uint(2), text: r.optional() };
      break;
    case REGISTER_ACK:
      read = { ...head, text: r.optional() };
      break;
    case PUSH:
      read = { ...head, correlationId: r.u64(), payload: r.bytes() };
      break;
    default:
      return head;
  }
  const control = head.type !== PUSH && head.type !== PUBLISH_ERROR;
  if (r.left > 0 || control !== (head.stream === 0)) {
    throw new RangeError("a wrong stream, or bytes after the fields");
  }
  return read;
}

/** Takes fields from a message. No length is believed before as many bytes are there. */
export class Reader {
  #at = 0;

  constructor(private readonly message: Uint8Array) {}

  get left(): number {
    return this.message.length - this.#at;
  }

  take(size: number): Uint8Array {
    if (size > this.left) throw new RangeError(`${size} bytes are declared, ${this.left} follow`);
    this.#at += size;
    return this.message.slice(this.#at - size, this.#at);
  }

  uint(size: 1 | 2 | 4): number {
    return this.take(size).reduce((sum, byte) => sum * 256 + byte, 0);
  }

  u64(): bigint {
    return (BigInt(this.uint(4)) << 32n) + BigInt(this.uint(4));
  }

  bytes(): Uint8Array {
    return this.take(this.uint(4));
  }

  optional(): string | null {
    const tag = this.uint(1);
    if (tag > 1) throw new RangeError(`a tag of ${tag}; allowed: 0 and 1`);
    return tag === 0 ? null : utf8.decode(this.bytes());
  }
}
