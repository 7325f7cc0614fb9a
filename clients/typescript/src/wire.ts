/**
 * The frames of the protocol, and their bytes. One table says how each type is laid out; reading,
 * writing and the types of TypeScript follow from it. Nothing of a declared size is allocated
 * before that many bytes are known to be there.
 */

/** What a worker declares about itself. */
export interface Registration {
  /** The worker's own stable name, the same after each reconnect. */
  readonly identity: string;
  /** The queue that it takes work from; `default` if it is left out. */
  readonly taskQueue?: string;
  /** The namespaces that it serves. */
  readonly namespaces?: readonly string[];
  /** What it can execute. */
  readonly activityTypes?: readonly string[];
  /** Where it runs, if that matters to anybody. */
  readonly node?: string | null;
  /** The typed surface, which may be empty. */
  readonly activities?: readonly Activity[];
}

/** One thing that a worker can execute; the schemas are JSON Schema texts. */
export interface Activity {
  readonly name: string;
  readonly inputSchemaJson: string;
  readonly outputSchemaJson: string;
}

/** What a publication or a conversation carries. */
export interface Envelope {
  readonly schemaId: Uint8Array;
  readonly parentId: string | null;
  readonly vectorClock: bigint | null;
  readonly payload: Uint8Array;
}

/** Bytes that are not one whole frame. */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";

  constructor(
    /** The protocol's number for what is wrong. */
    readonly reasonCode: number,
    message: string,
  ) {
    super(`0x${reasonCode.toString(16).padStart(4, "0")} ${message}`);
  }
}

export const HEADER_SIZE = 10;
export const REFUSAL_FLAG = 1;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const toUtf8 = new TextEncoder();

function malformed(message: string): ProtocolError {
  return new ProtocolError(9, message);
}

class Reader {
  readonly #view: DataView;
  #at = 0;

  constructor(private readonly bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.bytes.length - this.#at;
  }

  take(size: number): Uint8Array {
    return this.bytes.slice(this.#advance(size), this.#at);
  }

  u8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#advance(2));
  }

  u32(): number {
    return this.#view.getUint32(this.#advance(4));
  }

  u64(): bigint {
    return this.#view.getBigUint64(this.#advance(8));
  }

  tag(highest: number): number {
    const tag = this.u8();
    if (tag > highest) throw malformed(`a tag of ${tag}; allowed: 0 to ${highest}`);
    return tag;
  }

  end(): void {
    if (this.left > 0) throw malformed(`${this.left} bytes are left over`);
  }

  #advance(size: number): number {
    if (size > this.left) throw malformed(`${size} bytes are declared, ${this.left} follow`);
    this.#at += size;
    return this.#at - size;
  }
}

class Writer {
  readonly #parts: Uint8Array[] = [];

  raw(bytes: Uint8Array): void {
    this.#parts.push(bytes);
  }

  uint(size: 1 | 2 | 4 | 8, value: number | bigint): void {
    const eight = new Uint8Array(8);
    new DataView(eight.buffer).setBigUint64(0, BigInt(value));
    this.raw(eight.subarray(8 - size));
  }

  whole(): Uint8Array {
    const whole = new Uint8Array(this.#parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of this.#parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }
}

interface Kind<T> {
  read(r: Reader): T;
  write(w: Writer, value: T): void;
}

function kind<T>(read: (r: Reader) => T, write: (w: Writer, value: T) => void): Kind<T> {
  return { read, write };
}

function optional<T>(of: Kind<T>): Kind<T | null> {
  return kind(
    (r) => (r.tag(1) === 0 ? null : of.read(r)),
    (w, value) => {
      w.uint(1, value === null ? 0 : 1);
      if (value !== null) of.write(w, value);
    },
  );
}

function list<T>(of: Kind<T>, leastSize: number): Kind<readonly T[]> {
  return kind(
    (r) => {
      const count = r.u32();
      if (count * leastSize > r.left) throw malformed(`${count} items, ${r.left} bytes follow`);
      return Array.from({ length: count }, () => of.read(r));
    },
    (w, items) => {
      w.uint(4, items.length);
      for (const item of items) of.write(w, item);
    },
  );
}

const u16 = kind((r) => r.u16(), (w, value) => w.uint(2, value));
const u32 = kind((r) => r.u32(), (w, value) => w.uint(4, value));
const u64 = kind((r) => r.u64(), (w, value) => w.uint(8, value));
const bytes = kind(
  (r) => r.take(r.u32()),
  (w, value: Uint8Array) => {
    w.uint(4, value.length);
    w.raw(value);
  },
);
const string = kind(
  (r) => {
    try {
      return utf8.decode(bytes.read(r));
    } catch (error) {
      if (error instanceof ProtocolError) throw error;
      throw malformed("a string is not well-formed UTF-8");
    }
  },
  (w, value: string) => bytes.write(w, toUtf8.encode(value)),
);
const positive = kind(
  (r) => {
    const value = r.u32();
    if (value === 0) throw malformed("a number that must not be 0 is 0");
    return value;
  },
  u32.write,
);
const id32 = kind((r) => r.take(32), (w, value: Uint8Array) => w.raw(value));
const version = kind(
  (r) => [r.u16(), r.u16()] as const,
  (w, value: readonly [number, number]) => value.forEach((part) => w.uint(2, part)),
);
const strings = list(string, 4);
const optionalString = optional(string);
const optionalU64 = optional(u64);

/** Runs a writer and gives what it wrote. */
function written(write: (w: Writer) => void): Uint8Array {
  const w = new Writer();
  write(w);
  return w.whole();
}

const envelope = kind<Envelope>(
  (outer) => {
    const r = new Reader(bytes.read(outer));
    const schemaId = r.take(32);
    const cause = new Reader(bytes.read(r));
    const [parentId, vectorClock] = [optionalString.read(cause), optionalU64.read(cause)];
    cause.end();
    const payload = bytes.read(r);
    r.end();
    return { schemaId, parentId, vectorClock, payload };
  },
  (outer, value) => {
    const cause = written((w) => {
      optionalString.write(w, value.parentId);
      optionalU64.write(w, value.vectorClock);
    });
    const inner = written((w) => {
      w.raw(value.schemaId);
      bytes.write(w, cause);
      bytes.write(w, value.payload);
    });
    bytes.write(outer, inner);
  },
);

const activity = kind<Activity>(
  (r) => ({
    name: string.read(r),
    inputSchemaJson: string.read(r),
    outputSchemaJson: string.read(r),
  }),
  (w, value) => {
    string.write(w, value.name);
    string.write(w, value.inputSchemaJson);
    string.write(w, value.outputSchemaJson);
  },
);
const activities = list(activity, 12);

const registration = kind<Required<Registration>>(
  (r) => ({
    namespaces: strings.read(r),
    taskQueue: string.read(r),
    node: optionalString.read(r),
    activityTypes: strings.read(r),
    identity: string.read(r),
    activities: r.left > 0 ? activities.read(r) : [], // an older worker leaves them out
  }),
  (w, value) => {
    strings.write(w, value.namespaces);
    string.write(w, value.taskQueue);
    optionalString.write(w, value.node);
    strings.write(w, value.activityTypes);
    string.write(w, value.identity);
    activities.write(w, value.activities);
  },
);

const end = kind<"export" | "import">(
  (r) => (r.tag(1) === 0 ? "export" : "import"),
  (w, value) => w.uint(1, value === "export" ? 0 : 1),
);

/** The answer to LinkOpen. */
export type LinkAnswer =
  | { readonly outcome: "opened"; readonly handshake: Uint8Array }
  | { readonly outcome: "held"; readonly grant: string; readonly draft: string }
  | { readonly outcome: "refused"; readonly reason: string };

const linkAnswer = kind<LinkAnswer>(
  (r) => {
    const tag = r.tag(2);
    if (tag === 0) return { outcome: "opened", handshake: bytes.read(r) };
    if (tag === 2) return { outcome: "refused", reason: string.read(r) };
    return { outcome: "held", grant: string.read(r), draft: string.read(r) };
  },
  (w, value) => {
    w.uint(1, ["opened", "held", "refused"].indexOf(value.outcome));
    if (value.outcome === "opened") bytes.write(w, value.handshake);
    else if (value.outcome === "refused") string.write(w, value.reason);
    else {
      string.write(w, value.grant);
      string.write(w, value.draft);
    }
  },
);

const revocations = new Map([
  [1, "grant_revoked"],
  [2, "revocation_log_reset"],
]);
const revocation = kind<number>(
  (r) => {
    const [format, code, name] = [r.u8(), r.u16(), string.read(r)];
    if (format !== 1 || revocations.get(code) !== name) throw malformed("an unknown reason");
    return code;
  },
  (w, value) => {
    w.uint(1, 1);
    w.uint(2, value);
    string.write(w, revocations.get(value) ?? "");
  },
);

type Kinds = Readonly<Record<string, Kind<never>>>;

interface Layout<F, O> {
  readonly typeId: number;
  readonly control: boolean;
  readonly fields: F;
  /** The flag that says that the optional fields are there. */
  readonly flag: number;
  readonly optional: O;
}

function control<F>(typeId: number, fields: F): Layout<F, {}> {
  return { typeId, control: true, fields, flag: 0, optional: {} };
}

function other<F, O = {}>(typeId: number, fields: F, flag = 0, optionals = {} as O): Layout<F, O> {
  return { typeId, control: false, fields, flag, optional: optionals };
}

const reason = { reasonCode: u16, message: optionalString };
const layouts = {
  connect: control(0x01, { minVersion: version, maxVersion: version, authToken: bytes }),
  connectAck: control(0x02, { selectedVersion: version, capabilities: u32 }),
  connectError: control(0x03, reason),
  disconnect: control(0x04, {}),
  subscribe: other(0x05, {
    channel: string,
    acceptedSchemas: list(id32, 32),
    maxInFlight: positive,
  }),
  subscribeAck: other(0x06, { subscriptionId: u64, selectedSchema: id32 }),
  subscribeError: other(0x07, reason),
  unsubscribe: other(0x08, { subscriptionId: u64 }),
  publish: other(0x09, { channel: string, envelope }, 2, { idempotencyKey: string }),
  publishAck: other(0x0a, { messageId: u64 }, 2, { durablePosition: u64 }),
  publishError: other(0x0b, reason),
  conversationOpen: other(0x0c, { conversationId: u64, subject: string }),
  conversationMessage: other(0x0d, { conversationId: u64, envelope }),
  conversationClose: other(0x0e, {
    conversationId: u64,
    reasonCode: optional(u16),
    message: optionalString,
  }),
  conversationError: other(0x0f, { conversationId: u64, ...reason }),
  accept: other(0x10, { messageId: string }),
  defer: other(0x11, { messageId: string, reason: optionalString }),
  reject: other(0x12, { messageId: string, reason: optionalString }),
  ping: control(0x13, {}),
  pong: control(0x14, {}),
  push: other(0x15, { correlationId: u64, payload: bytes }),
  pushReply: other(0x16, { correlationId: u64, payload: bytes }),
  workerRegister: control(0x17, { registration }),
  /** An absent string stands for acceptance, a present one is the reason of a rejection. */
  workerRegisterAck: control(0x18, { rejection: optionalString }),
  deliver: other(0x19, { deliverySeq: u64, envelope }, 1, { boot: u64, messageId: u64 }),
  linkOpen: other(0x1d, { linkId: string, end, machine: id32, handshake: bytes }),
  linkOpenAck: other(0x1e, { answer: linkAnswer }),
  linkMessage: other(0x1f, { subject: string, sealed: bytes }),
  disconnectReason: control(0x20, { reasonCode: revocation }),
};

type Values<F> = { -readonly [K in keyof F]: F[K] extends Kind<infer T> ? T : never };

/** A frame of a type that nobody here knows. A worker ignores it. */
export interface UnknownFrame {
  type: "unknown";
  typeId: number;
  streamId: number;
  flags: number;
  payload: Uint8Array;
}

/** One frame. */
export type Frame =
  | UnknownFrame
  | {
      [N in keyof typeof layouts]: { type: N; streamId: number; flags: number } & Values<
        (typeof layouts)[N]["fields"]
      > &
        Partial<Values<(typeof layouts)[N]["optional"]>>;
    }[keyof typeof layouts];

const byId = new Map(Object.entries(layouts).map(([type, layout]) => [layout.typeId, type]));

function layoutOf(type: string): Layout<Kinds, Kinds> | undefined {
  return (layouts as Record<string, Layout<unknown, unknown>>)[type] as
    | Layout<Kinds, Kinds>
    | undefined;
}

/**
 * Decodes a message, which must be one whole frame and nothing else.
 *
 * @throws ProtocolError if it is anything else
 */
export function decode(message: Uint8Array): Frame {
  if (message.length < HEADER_SIZE) {
    throw new ProtocolError(1, `${message.length} bytes, a header has ${HEADER_SIZE}`);
  }
  const header = new Reader(message.subarray(0, HEADER_SIZE));
  const [typeId, flags, streamId, length] = [header.u8(), header.u8(), header.u32(), header.u32()];
  const follow = message.length - HEADER_SIZE;
  if (length > follow) throw new ProtocolError(2, `${length} bytes are declared, ${follow} follow`);
  const type = byId.get(typeId) ?? "unknown";
  const layout = layoutOf(type);
  if (layout !== undefined && layout.control !== (streamId === 0)) {
    throw new ProtocolError(4, `type ${typeId} on stream ${streamId}`);
  }
  const payload = message.subarray(HEADER_SIZE, HEADER_SIZE + length);
  const frame: Record<string, unknown> = { type, streamId, flags };
  if (layout === undefined) {
    Object.assign(frame, { typeId, payload: payload.slice() });
  } else {
    const r = new Reader(payload);
    for (const [name, field] of present(layout, flags)) frame[name] = field.read(r);
    r.end();
  }
  if (length < follow) throw malformed(`${follow - length} bytes after the frame`);
  return frame as unknown as Frame;
}

/** The bytes of a frame, which is one message. */
export function encode(frame: Frame): Uint8Array {
  const layout = layoutOf(frame.type);
  const payload = written((w) => {
    if (frame.type === "unknown" || layout === undefined) {
      w.raw((frame as UnknownFrame).payload);
      return;
    }
    const values = frame as unknown as Record<string, never>;
    for (const [name, field] of present(layout, frame.flags)) field.write(w, values[name] as never);
  });
  return written((w) => {
    w.uint(1, layout?.typeId ?? (frame as UnknownFrame).typeId);
    w.uint(1, frame.flags);
    w.uint(4, frame.streamId);
    bytes.write(w, payload);
  });
}

function present(layout: Layout<Kinds, Kinds>, flags: number): [string, Kind<never>][] {
  const optionals = (flags & layout.flag) === 0 ? {} : layout.optional;
  return Object.entries({ ...layout.fields, ...optionals });
}
