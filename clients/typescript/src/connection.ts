import {
  Refusal,
  WorkerError,
  type Event,
  type RegisterResult,
  type Settings,
  type State,
  type Token,
} from "./model.js";
import type { Socket, SocketEnd, SocketListener, Transport } from "./transport.js";
import {
  HEADER_SIZE,
  REFUSAL_FLAG,
  decode,
  encode,
  type Frame,
  type Registration,
} from "./wire.js";

const CLOSE_TIMEOUT_MS = 2_000;
const MAX_RETRY_SECONDS = 3_600;
const REPLY_OVERHEAD = HEADER_SIZE + 12;
const RENEW_AFTER = 0.8;
const LEAST_RENEWAL_MS = 100;
const REFUSED_TOKEN = 6;
const LAST_STREAM = 2 ** 32 - 1;
const STOPPING = new Refusal("unavailable", "the worker is stopping");

/** Full jitter: a random pause below a limit that doubles with each attempt. */
export class Backoff {
  #attempts = 0;

  constructor(
    private readonly initialMs: number,
    private readonly maxMs: number,
  ) {}

  next(): number {
    return Math.random() * Math.min(this.maxMs, this.initialMs * 2 ** Math.min(this.#attempts++, 60));
  }

  reset(): void {
    this.#attempts = 0;
  }
}

/** A registration that `register` asked for, and its result to come. */
export interface Change {
  readonly registration: Registration;
  resolve(result: RegisterResult): void;
  reject(error: WorkerError): void;
}

/** What a connection needs of its worker. */
export interface Owner {
  readonly settings: Settings;
  readonly state: State;
  /** The running handlers, those of earlier connections included. */
  running: number;
  /** A change that has not been accepted yet. */
  readonly change: Change | null;
  /** What was accepted last, or declared at first. */
  readonly registration: Registration;
  emit(event: Event): void;
  registering(): void;
  accepted(registration: Registration): void;
  settle(change: Change | null, result: RegisterResult): void;
  fetchToken(): Promise<Token>;
}

/** How a connection ended. */
export interface Closed extends SocketEnd {
  /** How long the connection was registered; null if it never was. */
  readonly heldMs: number | null;
  /** The token that counted last. */
  readonly token: Token;
  readonly tokenRefused: boolean;
  /** The reason of a rejection that ends the worker. */
  readonly rejection: string | null;
}

interface OpenPush {
  readonly correlationId: bigint;
  readonly streamId: number;
  readonly startedAt: number;
  readonly canceled: AbortController;
}

type Timer = ReturnType<typeof setTimeout>;

/** Sends and receives the frames of one connection, from the upgrade to its end. */
export class Connection implements SocketListener {
  /** Resolves when the connection has ended; nothing of it is left then. */
  readonly closed: Promise<Closed>;
  #resolve!: (closed: Closed) => void;
  #socket: Socket | null = null;
  readonly #timers = new Set<Timer>();
  readonly #rejections: Backoff;
  readonly #open = new Set<OpenPush>();
  #over = false;
  #lost: string | null = null;
  #tokenRefused = false;
  #acknowledged = false;
  #registeredAt: number | null = null;
  #rejection: string | null = null;
  #unanswered: { registration: Registration; change: Change | null } | null = null;
  #connectTimer: Timer | null = null;
  #registerTimer: Timer | null = null;
  #retryTimer: Timer | null = null;
  #stream = 1;
  #settled: (() => void) | null = null;

  constructor(
    private readonly owner: Owner,
    private token: Token,
    private readonly inUpgrade: boolean,
  ) {
    this.closed = new Promise((resolve) => (this.#resolve = resolve));
    this.#rejections = new Backoff(owner.settings.initialBackoffMs, owner.settings.maxBackoffMs);
  }

  /** Starts the upgrade. */
  async open(transport: Transport): Promise<void> {
    try {
      const socket = await transport.open(this.inUpgrade ? this.token.value : null, this);
      if (this.#over) socket.abort();
      this.#socket = socket;
    } catch (error) {
      this.ended({ code: 1006, reason: String(error), byService: false });
    }
  }

  /** Ends at once, without a close. */
  abort(reason: string): void {
    this.#lost ??= reason;
    if (this.#socket === null) this.ended({ code: 1006, reason, byService: false });
    else this.#socket.abort();
  }

  /** Lets open pushes finish, sends Disconnect, and waits for the close. */
  async leave(graceMs: number): Promise<void> {
    if (this.#open.size > 0) {
      await new Promise<void>((resolve) => {
        this.#settled = resolve;
        this.#after(graceMs, resolve);
      });
    }
    for (const push of [...this.#open]) {
      this.#refuse(push, STOPPING);
      push.canceled.abort();
    }
    if (this.#acknowledged || this.#connectTimer !== null) this.#disconnect();
    else this.abort("stopped");
    await this.closed;
  }

  /** Sends a changed registration, as soon as the one before it is answered. */
  registerSoon(): void {
    if (this.#unanswered === null) this.#register();
  }

  /** Sends a publication and returns its stream. */
  publish(channel: string, payload: Uint8Array): number {
    const stream = this.#stream === LAST_STREAM ? 2 : this.#stream + 1;
    const envelope = { schemaId: new Uint8Array(32), parentId: null, vectorClock: null, payload };
    const frame = encode({ type: "publish", streamId: stream, flags: 0, channel, envelope });
    const { maxMessage } = this.owner.settings;
    if (frame.length > maxMessage) {
      throw new RangeError(`a publication of ${frame.length} bytes; allowed: ${maxMessage}`);
    }
    this.#stream = stream;
    this.#sendBytes(frame);
    return stream;
  }

  opened(instance: string | null): void {
    this.owner.emit({ type: "connected", instance });
    this.#connect(this.inUpgrade ? "" : this.token.value);
    this.#watch(this.#socket?.heard ?? 0);
  }

  received(message: Uint8Array | string): void {
    if (this.#over || this.#lost !== null) return;
    if (typeof message === "string") {
      this.#socket?.close(1003, "a text message");
      return;
    }
    let frame: Frame;
    try {
      frame = decode(message);
    } catch (error) {
      this.owner.emit({ type: "error", what: "a frame of the service", error });
      this.#lost = String(error);
      this.#socket?.close(1002, String(error));
      this.#after(CLOSE_TIMEOUT_MS, () => this.#socket?.abort());
      return;
    }
    this.#handle(frame);
  }

  ended(end: SocketEnd): void {
    if (this.#over) return;
    this.#over = true;
    for (const timer of this.#timers) clearTimeout(timer);
    for (const push of this.#open) {
      this.owner.emit({ type: "push_dropped", ...this.#facts(push) });
      push.canceled.abort();
    }
    this.#open.clear();
    this.#settled?.();
    this.#resolve({
      ...end,
      reason: this.#lost ?? end.reason,
      byService: end.byService && this.#lost === null,
      heldMs: this.#registeredAt === null ? null : performance.now() - this.#registeredAt,
      token: this.token,
      tokenRefused: this.#tokenRefused,
      rejection: this.#rejection,
    });
  }

  #handle(frame: Frame): void {
    switch (frame.type) {
      case "connectAck":
        return this.#connectAcknowledged();
      case "connectError":
        return this.#connectRefused(frame.reasonCode);
      case "workerRegisterAck":
        return this.#registerAnswered(frame.rejection);
      case "push":
        return this.#push(frame.correlationId, frame.streamId, frame.payload);
      case "publishError": {
        const { streamId: stream, reasonCode: code, message } = frame;
        return this.owner.emit({ type: "publish_refused", stream, code, message });
      }
      default: // unknown, or of no use to a worker
    }
  }

  #connectAcknowledged(): void {
    if (this.#connectTimer === null) return; // nobody asked
    this.#connectTimer = this.#clear(this.#connectTimer);
    const { expiresInMs } = this.token;
    if (expiresInMs !== undefined) this.#renewAfter(RENEW_AFTER * expiresInMs);
    if (this.#acknowledged) return this.owner.emit({ type: "renewed" });
    this.#acknowledged = true;
    this.owner.registering();
    if (this.owner.state === "registering") this.#register();
  }

  #connectRefused(code: number): void {
    if (code === REFUSED_TOKEN) {
      this.#tokenRefused = true;
    } else if (this.#acknowledged && this.#connectTimer !== null) {
      this.#connectTimer = this.#clear(this.#connectTimer);
      this.#renewAfter(Math.random() * this.owner.settings.initialBackoffMs);
    }
  }

  #registerAnswered(rejection: string | null): void {
    if (this.#unanswered === null) return; // nobody asked
    const { registration, change } = this.#unanswered;
    this.#unanswered = null;
    this.#registerTimer = this.#clear(this.#registerTimer);
    if (rejection === null) {
      this.#rejections.reset();
      this.#registeredAt ??= performance.now();
      this.owner.accepted(registration);
      this.owner.settle(change, { accepted: true });
    } else {
      this.#rejected(rejection, change);
    }
    const next = this.owner.change;
    if (next !== null && next !== change && this.#rejection === null) this.#register();
  }

  #rejected(reason: string, change: Change | null): void {
    const seconds = /retry in ([0-9]{1,9}) s$/.exec(reason)?.[1];
    const temporary = seconds !== undefined;
    this.owner.emit({ type: "rejected", reason, temporary });
    if (!temporary) this.owner.settle(change, { accepted: false, reason });
    if (temporary) {
      this.#retryAfter(Math.min(Number(seconds), MAX_RETRY_SECONDS) * 1_000);
    } else if (this.#registeredAt === null) {
      if (change === null && this.owner.settings.onRejection === "stop") {
        this.#rejection = reason;
        this.#disconnect();
      } else {
        this.#retryAfter(0);
      }
    }
  }

  #retryAfter(leastMs: number): void {
    this.#retryTimer = this.#after(leastMs + this.#rejections.next(), () => this.#register());
  }

  #push(correlationId: bigint, streamId: number, payload: Uint8Array): void {
    const canceled = new AbortController();
    const push = { correlationId, streamId, startedAt: performance.now(), canceled };
    const { capacity } = this.owner.settings;
    this.#open.add(push);
    this.owner.emit({ type: "push_received", correlationId, size: payload.length });
    if (this.owner.state === "stopping") this.#refuse(push, STOPPING);
    else if (this.owner.running >= capacity) {
      this.#refuse(push, new Refusal("busy", `at the capacity of ${capacity}`));
    } else void this.#work(push, payload);
  }

  async #work(push: OpenPush, payload: Uint8Array): Promise<void> {
    const { handler, maxMessage } = this.owner.settings;
    const { correlationId, canceled } = push;
    this.owner.running++;
    try {
      const reply = await handler({ payload, correlationId, signal: canceled.signal });
      if (!(reply instanceof Uint8Array)) throw new TypeError("a reply is a Uint8Array");
      if (reply.length + REPLY_OVERHEAD > maxMessage) {
        this.#refuse(push, new Refusal("internal", `the reply exceeds ${maxMessage} bytes`));
      } else {
        const size = reply.length;
        this.#answer(push, 0, reply, { type: "push_replied", size, ...this.#facts(push) });
      }
    } catch (error) {
      if (error instanceof Refusal) {
        this.#refuse(push, error);
      } else {
        if (this.#open.has(push)) this.owner.emit({ type: "error", what: "the handler", error });
        this.#refuse(push, new Refusal("internal", "the handler failed"));
      }
    } finally {
      this.owner.running--;
    }
  }

  #refuse(push: OpenPush, refusal: Refusal): void {
    const { code, words } = refusal;
    const event = { type: "push_refused", code, words, ...this.#facts(push) } as const;
    this.#answer(push, REFUSAL_FLAG, refusal.payload(), event);
  }

  /** Answers a push, unless it was answered or dropped before. */
  #answer(push: OpenPush, flags: number, payload: Uint8Array, event: Event): void {
    if (!this.#open.delete(push)) return;
    const { correlationId, streamId } = push;
    this.#send({ type: "pushReply", streamId, flags, correlationId, payload });
    this.owner.emit(event);
    if (this.#open.size === 0) this.#settled?.();
  }

  #facts(push: OpenPush): { correlationId: bigint; durationMs: number } {
    const durationMs = performance.now() - push.startedAt;
    return { correlationId: push.correlationId, durationMs };
  }

  #connect(token: string): void {
    this.#connectTimer = this.#expect("Connect");
    const versions = { minVersion: [1, 0], maxVersion: [1, 3] } as const;
    const authToken = new TextEncoder().encode(token);
    this.#send({ type: "connect", streamId: 0, flags: 0, ...versions, authToken });
  }

  #register(): void {
    this.#retryTimer = this.#clear(this.#retryTimer);
    const { change, registration } = this.owner;
    const next = change?.registration ?? registration;
    this.#unanswered = { registration: next, change };
    this.#registerTimer = this.#expect("WorkerRegister");
    const complete = {
      taskQueue: "default",
      namespaces: [],
      activityTypes: [],
      node: null,
      activities: [],
      ...next,
    };
    this.#send({ type: "workerRegister", streamId: 0, flags: 0, registration: complete });
  }

  #disconnect(): void {
    this.#send({ type: "disconnect", streamId: 0, flags: 0 });
    this.#after(CLOSE_TIMEOUT_MS, () => this.abort("no close came"));
  }

  #renewAfter(pauseMs: number): void {
    const again = () => this.#renewAfter(Math.random() * this.owner.settings.initialBackoffMs);
    this.#after(Math.max(pauseMs, LEAST_RENEWAL_MS), async () => {
      try {
        const token = await this.owner.fetchToken();
        if (this.#over) return;
        this.token = token;
        this.#connect(token.value);
      } catch (error) {
        if (this.#over) return;
        this.owner.emit({ type: "error", what: "the token function", error });
        again();
      }
    });
  }

  #send(frame: Frame): void {
    this.#sendBytes(encode(frame));
  }

  #sendBytes(message: Uint8Array): void {
    if (this.#over || this.#socket === null) return;
    this.#socket.send(message);
    const { capacity, maxMessage } = this.owner.settings;
    if (this.#socket.buffered > (capacity + 4) * maxMessage) this.abort("the service does not read");
  }

  /** After a long silence sends a ping, and gives up if it stays silent. */
  #watch(heard: number): void {
    const { silenceMs, pongTimeoutMs } = this.owner.settings;
    this.#after(silenceMs, () => {
      const now = this.#socket?.heard ?? 0;
      if (now !== heard) return this.#watch(now);
      this.#socket?.ping();
      this.#after(pongTimeoutMs, () => {
        const then = this.#socket?.heard ?? 0;
        if (then !== heard) return this.#watch(then);
        this.abort(`nothing was heard for ${silenceMs + pongTimeoutMs} ms`);
      });
    });
  }

  #expect(what: string): Timer {
    const { answerTimeoutMs } = this.owner.settings;
    const reason = `no answer to ${what} within ${answerTimeoutMs} ms`;
    return this.#after(answerTimeoutMs, () => this.abort(reason));
  }

  #after(ms: number, action: () => void): Timer {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      action();
    }, ms);
    this.#timers.add(timer);
    return timer;
  }

  #clear(timer: Timer | null): null {
    if (timer !== null) {
      clearTimeout(timer);
      this.#timers.delete(timer);
    }
    return null;
  }
}
