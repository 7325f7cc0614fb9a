import {
  Refusal,
  SupersededError,
  WorkerError,
  type End,
  type Event,
  type RegisterResult,
  type Registration,
  type State,
  type Token,
} from "./model.js";
import { check, DAY_MS, MOST, type Settings } from "./settings.js";
import * as wire from "./wire.js";

const MAX_REFUSALS = 3;
const MAX_RETRY_AFTER = 3_600;
const CLOSE_TIMEOUT_MS = 2_000;
const LEAST_RENEWAL_MS = 1_000;
/** How often a worker that leaves looks whether Disconnect has been written. */
const LOOK_MS = 20;
const UNAUTHENTICATED = 6;
const LAST_STREAM = 2 ** 32 - 1;
const REPLY_OVERHEAD = wire.HEADER_SIZE + 8 + 4;

/** A WebSocket of the package `ws` or of a browser, with methods that one of them lacks. */
export interface Socket {
  binaryType: string;
  readonly bufferedAmount: number;
  onopen: unknown;
  onmessage: unknown;
  onclose: unknown;
  onerror: unknown;
  send(message: Uint8Array): void;
  /** Closes because of what the service sent. */
  fail(code: number): void;
  /** Asks the service for a sign of life. */
  ping(): void;
  /** Ends at once, without a close. */
  terminate(): void;
}

/** What a platform may tell about a connection beside the events of its socket. */
export interface Reports {
  instance: string | null;
  /** The HTTP status of a refused upgrade, and the seconds that it asks to wait. */
  refused: { readonly code: number; readonly retryAfter: number } | null;
  /** Bytes arrived. */
  heard(): void;
}

/** Opens WebSockets; the token is null if it does not travel with the upgrade. */
export type Platform = (bearer: string | null, reports: Reports) => Socket | Promise<Socket>;

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
interface Change {
  readonly registration: Registration;
  resolve(result: RegisterResult): void;
  reject(error: WorkerError): void;
}

interface OpenPush {
  readonly correlationId: bigint;
  readonly stream: number;
  readonly startedAt: number;
  readonly canceled: AbortController;
}

/** One connection, from the token to the close. */
class Connection implements Reports {
  socket: Socket | null = null;
  isOpen = false;
  instance: string | null = null;
  refused: Reports["refused"] = null;
  /** How the connection before ended, while another token is asked for. */
  tokenEnd: End | null = null;
  error = "";
  token: Token = { value: "" };
  /** The token of a Connect that has no answer yet. */
  renewing: Token | null = null;
  tokenRefused = false;
  /** Whether a WorkerRegister has no answer yet, and what it asked for. */
  asking = false;
  asked: Change | null = null;
  registeredAt: number | null = null;
  /** The reason of a rejection that ends the worker. */
  rejection: string | null = null;
  /** Our own close. */
  fault: { readonly code: number; readonly reason: string } | null = null;
  readonly open = new Set<OpenPush>();
  stream = 1;
  heardAt = 0;
  pingedAt: number | null = null;

  constructor(readonly rejections: Backoff) {}

  heard(): void {
    this.heardAt = performance.now();
  }
}

/** What the workers of Node.js and of browsers have in common. */
export abstract class CoreWorker {
  readonly #settings: Settings;
  readonly #platform: Platform;
  readonly #inUpgrade: boolean;
  readonly #backoff: Backoff;
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #ended: Promise<End>;
  #finished!: (end: End) => void;
  #state: State = "idle";
  /** The current connection, or the attempt at one. */
  #connection: Connection | null = null;
  /** What was accepted last, or declared at first. */
  #registration: Registration;
  #change: Change | null = null;
  #running = 0;
  #refusals = 0;
  #fetched: Token | null = null;
  #emitting = false;

  /** Called by the subclasses of this library only. */
  constructor(settings: Settings, platform: Platform, inUpgrade: boolean) {
    this.#settings = settings;
    this.#platform = platform;
    this.#inUpgrade = inUpgrade && settings.token !== undefined;
    this.#registration = settings.registration;
    this.#backoff = this.#newBackoff();
    this.#ended = new Promise((resolve) => (this.#finished = resolve));
  }

  /** Where this worker is on its way. */
  get state(): State {
    return this.#state;
  }

  /** Resolves when this worker was stopped or has failed. */
  get ended(): Promise<End> {
    return this.#ended;
  }

  /**
   * Starts connecting. Call it once; it returns at once.
   *
   * @throws WorkerError if it was started before
   */
  start(): void {
    if (this.#state !== "idle") throw new WorkerError(`the worker is ${this.#state}, not idle`);
    this.#connect();
  }

  /**
   * Finishes open pushes, leaves, and waits for the end. Works in every state.
   *
   * @param graceMs how long handlers may go on; by default `stopGraceMs`. If it is not between
   *   nothing and a day, this fails with a RangeError, and the worker goes on.
   */
  async stop(graceMs = this.#settings.stopGraceMs): Promise<End> {
    check(graceMs >= 0 && graceMs <= DAY_MS, "graceMs", graceMs, `0 to ${DAY_MS}`);
    if (this.#emitting) await null; // a listener calls this in the middle of a change
    if (!this.#isEnding()) {
      this.#become({ state: "stopping" });
      this.#failChange(new WorkerError("the worker is stopping"));
      for (const name of ["answer", "register", "renew"]) this.#unset(name);
      if (this.#connection?.isOpen) {
        this.#after("grace", graceMs, () => this.#leave());
        this.#leaveWithin(this.#connection, graceMs + CLOSE_TIMEOUT_MS);
        this.#leaveIfDone();
      } else {
        this.#finish({ state: "stopped", code: 0, reason: "" });
      }
    }
    return this.#ended;
  }

  /**
   * Replaces the registration: at once if this worker is registered, else when it next is. A
   * rejection leaves the earlier one in force. It fails with a {@link SupersededError} if a later
   * call came before the result, and with a {@link WorkerError} if the worker ends.
   */
  register(registration: Registration): Promise<RegisterResult> {
    if (this.#isEnding()) return Promise.reject(new WorkerError(`the worker is ${this.#state}`));
    this.#failChange(new SupersededError("a later registration replaced this one"));
    return new Promise((resolve, reject) => {
      this.#change = { registration, resolve, reject };
      const connection = this.#connection;
      if (this.#state === "registered" && connection?.asking === false) this.#register(connection);
    });
  }

  /**
   * Sends one publication on the current connection. A refusal of it is an event.
   *
   * @throws WorkerError if this worker is not registered
   * @throws RangeError if the publication exceeds `maxMessage`
   */
  publish(channel: string, payload: Uint8Array): void {
    const connection = this.#connection;
    if (connection === null || this.#state !== "registered") {
      throw new WorkerError(`the worker is ${this.#state}, not registered`);
    }
    const stream = connection.stream === LAST_STREAM ? 2 : connection.stream + 1;
    const frame = wire.publishFrame(stream, channel, payload);
    const { maxMessage } = this.#settings;
    if (frame.length > maxMessage) {
      throw new RangeError(`a publication of ${frame.length} bytes; allowed: ${maxMessage}`);
    }
    connection.stream = stream;
    this.#send(connection, frame);
    this.#emit({ type: "published", stream, channel, size: payload.length });
  }

  #isEnding(): boolean {
    return ["stopping", "stopped", "failed"].includes(this.#state);
  }

  #newBackoff(): Backoff {
    return new Backoff(this.#settings.initialBackoffMs, this.#settings.maxBackoffMs);
  }

  #become(change: Omit<Event & { type: "state" }, "type">): void {
    this.#state = change.state;
    this.#emit({ type: "state", ...change });
  }

  #emit(event: Event): void {
    const failed = (error: unknown) => console.warn("a listener of the worker failed:", textOf(error));
    const outer = this.#emitting;
    this.#emitting = true;
    for (const listener of this.#settings.listeners) {
      try {
        const result: unknown = listener(event);
        if (result instanceof Promise) result.catch(failed);
      } catch (error) {
        failed(error);
      }
    }
    this.#emitting = outer;
  }

  /** Sets the timer of a name anew. */
  #after(name: string, ms: number, then: () => void): void {
    this.#unset(name);
    const run = () => {
      this.#timers.delete(name);
      then();
    };
    this.#timers.set(name, setTimeout(run, Math.min(ms, MOST)));
  }

  #unset(name: string): void {
    clearTimeout(this.#timers.get(name));
    this.#timers.delete(name);
  }

  // From one connection to the next.

  #connect(): void {
    this.#become({ state: "connecting" });
    const connection = this.#begin();
    const fetched = this.#fetched;
    this.#fetched = null;
    if (fetched !== null) return this.#open(connection, fetched);
    this.#fetch(connection, (token) => {
      if (token === null) this.#pause(0);
      else this.#open(connection, token);
    });
  }

  #begin(): Connection {
    return (this.#connection = new Connection(this.#newBackoff()));
  }

  /** Asks for a token. The result is null if there is none; it does not come after the connection. */
  #fetch(connection: Connection, use: (token: Token | null) => void): void {
    const source = this.#settings.token;
    if (source === undefined) return use({ value: "" });
    const current = () => this.#connection === connection;
    const failed = (error: unknown) => {
      if (!current()) return;
      this.#emit({ type: "error", what: "the token function", error });
      use(null);
    };
    void Promise.resolve()
      .then(source)
      .then((token) => {
        if (typeof token?.value !== "string") throw new TypeError("the token function returned no token");
        return token;
      })
      .then((token) => void (current() && use(token)), failed);
  }

  #open(connection: Connection, token: Token): void {
    connection.token = token;
    if (this.#inUpgrade && /[^\t -~]/.test(token.value)) {
      const reason = "the token holds a character that HTTP does not allow";
      return this.#lost(connection, `cannot connect: ${reason}`);
    }
    const { connectTimeoutMs } = this.#settings;
    this.#after("answer", connectTimeoutMs, () => this.#lost(connection, "no answer to the upgrade"));
    const current = () => this.#connection === connection;
    const attach = (socket: Socket) => {
      socket.onerror = ({ message }: { message?: string }) => (connection.error ||= message ?? "");
      if (!current()) return socket.terminate();
      connection.socket = socket;
      socket.binaryType = "arraybuffer";
      socket.onopen = () => current() && this.#opened(connection);
      socket.onmessage = ({ data }: { data: string | ArrayBuffer }) =>
        current() && this.#received(connection, data);
      socket.onclose = ({ code, reason }: { code: number; reason: string }) =>
        current() && this.#closedBySocket(connection, code, reason);
    };
    void Promise.resolve()
      .then(() => this.#platform(this.#inUpgrade ? token.value : null, connection))
      .then(attach)
      .catch((error: unknown) => current() && this.#lost(connection, textOf(error)));
  }

  #lost(connection: Connection, reason: string): void {
    this.#closed(connection, 1006, reason, false);
  }

  #closedBySocket(connection: Connection, code: number, reason: string): void {
    const { fault, refused, error } = connection;
    if (refused !== null) this.#upgradeRefused(refused, connection.token);
    else if (fault !== null) this.#closed(connection, fault.code, fault.reason, false);
    else if (code === 1006) this.#lost(connection, error);
    else this.#closed(connection, code, reason, true);
  }

  #upgradeRefused(refused: { code: number; retryAfter: number }, token: Token): void {
    const { code, retryAfter } = refused;
    const reason = `HTTP status ${code}`;
    const later = code === 408 || code === 429 || (code >= 500 && code <= 599);
    const end: End = { state: "failed", code, reason };
    if (code === 401) return this.#tokenRefused(end, token);
    this.#emit({ type: "disconnected", code, reason, comesBack: later });
    if (later) this.#pause(Math.min(retryAfter, MAX_RETRY_AFTER) * 1_000);
    else this.#finish(end);
  }

  /** Decides what follows the end of a connection. */
  #closed(connection: Connection, code: number, reason: string, byService: boolean): void {
    if (this.#connection !== connection) return;
    const { registeredAt, rejection, tokenRefused, token } = connection;
    if (registeredAt !== null && performance.now() - registeredAt >= this.#settings.stableAfterMs) {
      this.#backoff.reset();
    }
    const final = byService && ([1002, 1003, 1009].includes(code) || (code >= 4500 && code <= 4999));
    const refused = tokenRefused || (byService && code === 1008);
    const stopping = this.#state === "stopping";
    this.#over();
    if (refused && !stopping && rejection === null) {
      return this.#tokenRefused({ state: "failed", code, reason }, token);
    }
    const comesBack = !stopping && !final && rejection === null;
    this.#emit({ type: "disconnected", code, reason, comesBack });
    if (stopping) this.#finish({ state: "stopped", code: 0, reason: "" });
    else if (rejection !== null) this.#finish({ state: "failed", code: 0, reason: rejection });
    else if (final) this.#finish({ state: "failed", code, reason });
    else this.#pause(0);
  }

  /**
   * Goes on only with another token, at most three times in a row. It asks for that token during the
   * pause, and tells of the end of the connection once it knows whether it comes back.
   */
  #tokenRefused(end: End, refused: Token): void {
    const { code, reason } = end;
    this.#refusals++;
    if (this.#settings.token === undefined || this.#refusals > MAX_REFUSALS) {
      this.#emit({ type: "disconnected", code, reason, comesBack: false });
      return this.#finish(end);
    }
    this.#over();
    const pauseMs = this.#backoff.next();
    const overAt = performance.now() + pauseMs;
    const connection = this.#begin();
    connection.tokenEnd = end;
    this.#become({ state: "waiting", pauseMs });
    this.#fetch(connection, (token) => {
      if (token?.value === refused.value) return this.#finish(end);
      connection.tokenEnd = null;
      this.#emit({ type: "disconnected", code, reason, comesBack: true });
      this.#fetched = token;
      this.#after("reconnect", overAt - performance.now(), () => this.#connect());
    });
  }

  /** Leaves nothing of the connection behind but handlers that ignore their signal. */
  #over(): void {
    for (const name of this.#timers.keys()) this.#unset(name);
    const connection = this.#connection;
    this.#connection = null;
    connection?.socket?.terminate();
    if (connection?.tokenEnd) {
      const { code, reason } = connection.tokenEnd;
      this.#emit({ type: "disconnected", code, reason, comesBack: false });
    }
    for (const push of connection?.open ?? []) {
      this.#emit({ type: "push_dropped", ...facts(push) });
      push.canceled.abort();
    }
    connection?.open.clear();
  }

  #pause(leastMs: number): void {
    this.#over();
    const pauseMs = leastMs + this.#backoff.next();
    this.#become({ state: "waiting", pauseMs });
    this.#after("reconnect", pauseMs, () => this.#connect());
  }

  #finish(end: End): void {
    this.#over();
    const { state, code, reason } = end;
    this.#become(state === "failed" ? { state, code, reason } : { state });
    this.#failChange(new WorkerError(`the worker is ${state}`));
    this.#finished(end);
  }

  // One connection.

  #opened(connection: Connection): void {
    connection.isOpen = true;
    connection.heard();
    this.#emit({ type: "connected", instance: connection.instance });
    const { token } = connection;
    this.#sendConnect(connection, this.#inUpgrade ? { ...token, value: "" } : token);
    this.#watchSilence(connection);
  }

  /** Looks a few times within each of the two time limits. */
  #watchSilence(connection: Connection): void {
    const { silenceMs, pongTimeoutMs } = this.#settings;
    const now = performance.now();
    if (now - connection.heardAt < silenceMs) {
      connection.pingedAt = null;
    } else if (connection.pingedAt === null) {
      connection.pingedAt = now;
      connection.socket?.ping();
    } else if (now - connection.pingedAt >= pongTimeoutMs) {
      return this.#lost(connection, `nothing was heard for ${silenceMs + pongTimeoutMs} ms`);
    }
    const look = Math.min(silenceMs, pongTimeoutMs) / 4 + 1;
    this.#after("silence", look, () => this.#watchSilence(connection));
  }

  #send(connection: Connection, message: Uint8Array): void {
    const { socket } = connection;
    if (this.#connection !== connection || connection.fault !== null || socket === null) return;
    socket.send(message);
    const { capacity, maxMessage } = this.#settings;
    if (socket.bufferedAmount > (capacity + 4) * maxMessage) {
      this.#lost(connection, "the service does not read");
    }
  }

  /** Closes because of what the service sent. */
  #fault(connection: Connection, code: number, reason: string): void {
    connection.fault = { code, reason };
    connection.socket?.fail(code);
    this.#after("close", CLOSE_TIMEOUT_MS, () => this.#closed(connection, code, reason, false));
  }

  #expect(connection: Connection, name: string, question: string): void {
    const { answerTimeoutMs } = this.#settings;
    this.#after(name, answerTimeoutMs, () => this.#lost(connection, `no answer to ${question}`));
  }

  #received(connection: Connection, message: string | ArrayBuffer): void {
    connection.heard();
    const { maxMessage } = this.#settings;
    if (connection.fault !== null) return;
    if (typeof message === "string") return this.#fault(connection, 1003, "a text message");
    if (message.byteLength > maxMessage) {
      return this.#fault(connection, 1009, `a message over ${maxMessage} bytes`);
    }
    let frame: wire.Frame;
    try {
      frame = wire.decode(new Uint8Array(message));
    } catch (error) {
      this.#emit({ type: "error", what: "a frame of the service", error });
      return this.#fault(connection, 1002, String(error));
    }
    this.#handle(connection, frame);
  }

  #handle(connection: Connection, frame: wire.Frame): void {
    const { type, stream, code = 0, text = null, correlationId = 0n, payload = new Uint8Array() } = frame;
    if (type === wire.PUSH) {
      this.#push(connection, { correlationId, stream, startedAt: performance.now(), canceled: new AbortController() }, payload);
    } else if (type === wire.PUBLISH_ERROR) {
      this.#emit({ type: "publish_refused", stream, code, message: text });
    } else if (type === wire.CONNECT_ERROR && code === UNAUTHENTICATED) {
      connection.tokenRefused = true;
    } else if (this.#state === "stopping") {
      return; // no further registration, no further renewal
    } else if (type === wire.CONNECT_ACK && connection.renewing !== null) {
      this.#acknowledged(connection, connection.renewing);
    } else if (type === wire.CONNECT_ERROR && connection.renewing !== null && this.#state !== "connecting") {
      connection.renewing = null;
      this.#unset("answer");
      this.#renewSoon(connection);
    } else if (type === wire.REGISTER_ACK && connection.asking) {
      this.#answered(connection, text);
    }
  }

  #sendConnect(connection: Connection, token: Token): void {
    connection.renewing = token;
    this.#expect(connection, "answer", "Connect");
    this.#send(connection, wire.connectFrame(token.value));
  }

  #acknowledged(connection: Connection, token: Token): void {
    this.#unset("answer");
    connection.renewing = null;
    if (this.#state === "connecting") {
      this.#become({ state: "registering" });
      this.#register(connection);
    } else {
      connection.token = token;
      this.#emit({ type: "renewed" });
    }
    const { expiresInMs } = token;
    if (expiresInMs !== undefined) this.#renewAfter(connection, expiresInMs * 0.8);
  }

  #renewSoon(connection: Connection): void {
    this.#renewAfter(connection, Math.random() * this.#settings.initialBackoffMs);
  }

  #renewAfter(connection: Connection, ms: number): void {
    const use = (token: Token | null) => {
      if (this.#state === "stopping") return;
      if (token === null) this.#renewSoon(connection);
      else this.#sendConnect(connection, token);
    };
    this.#after("renew", ms > LEAST_RENEWAL_MS ? ms : LEAST_RENEWAL_MS, () => this.#fetch(connection, use));
  }

  #register(connection: Connection): void {
    connection.asking = true;
    connection.asked = this.#change;
    this.#expect(connection, "register", "WorkerRegister");
    this.#send(connection, wire.registerFrame(this.#change?.registration ?? this.#registration));
  }

  #answered(connection: Connection, rejection: string | null): void {
    const { asked } = connection;
    connection.asking = false;
    this.#unset("register");
    if (rejection === null) this.#accepted(connection, asked);
    else this.#rejected(connection, asked, rejection);
    const superseded = this.#change !== null && this.#change !== asked;
    if (superseded && connection.rejection === null) this.#register(connection);
  }

  #accepted(connection: Connection, asked: Change | null): void {
    this.#registration = asked?.registration ?? this.#registration;
    this.#refusals = 0;
    connection.rejections.reset();
    if (this.#state === "registering") {
      connection.registeredAt = performance.now();
      this.#become({ state: "registered" });
    }
    this.#settle(asked, { accepted: true });
  }

  #rejected(connection: Connection, asked: Change | null, reason: string): void {
    const seconds = /retry in ([0-9]{1,4}) s$/.exec(reason)?.[1];
    this.#emit({ type: "rejected", reason, temporary: seconds !== undefined });
    if (seconds === undefined) {
      this.#settle(asked, { accepted: false, reason });
      if (this.#state === "registered") return;
      if (asked === null && this.#settings.onRejection === "stop") {
        connection.rejection = reason;
        this.#leaveWithin(connection, CLOSE_TIMEOUT_MS);
        return this.#disconnect(connection);
      }
    }
    const pauseMs = Number(seconds ?? 0) * 1_000 + connection.rejections.next();
    this.#after("register", pauseMs, () => this.#register(connection));
  }

  /** Gives a change its result, unless a later one replaced it. */
  #settle(change: Change | null, result: RegisterResult): void {
    if (change === null || change !== this.#change) return;
    this.#change = null;
    change.resolve(result);
  }

  #failChange(error: WorkerError): void {
    const change = this.#change;
    this.#change = null;
    change?.reject(error);
  }

  // Pushes.

  #push(connection: Connection, push: OpenPush, payload: Uint8Array): void {
    const { correlationId } = push;
    const { capacity } = this.#settings;
    connection.open.add(push);
    this.#emit({ type: "push_received", correlationId, size: payload.length });
    if (this.#state === "stopping" || connection.rejection !== null) {
      this.#refuseStopping(connection, push);
    } else if (this.#running >= capacity) {
      this.#refuse(connection, push, new Refusal("busy", `at the capacity of ${capacity}`));
    } else {
      void this.#work(connection, push, payload);
    }
  }

  async #work(connection: Connection, push: OpenPush, payload: Uint8Array): Promise<void> {
    const { handler, maxMessage } = this.#settings;
    const { correlationId, canceled } = push;
    this.#running++;
    try {
      const reply = await handler({ payload, correlationId, signal: canceled.signal });
      if (!(reply instanceof Uint8Array)) throw new TypeError("a reply is a Uint8Array");
      if (reply.length + REPLY_OVERHEAD > maxMessage) {
        throw new Refusal("internal", `the reply exceeds ${maxMessage} bytes`);
      }
      this.#answer(connection, push, 0, reply, { type: "push_replied", size: reply.length, ...facts(push) });
    } catch (error) {
      if (error instanceof Refusal) {
        this.#refuse(connection, push, error);
      } else if (connection.open.has(push)) {
        this.#emit({ type: "error", what: "the handler", error });
        this.#refuse(connection, push, new Refusal("internal", "the handler failed"));
      }
    } finally {
      this.#running--;
    }
    this.#leaveIfDone();
  }

  #refuse(connection: Connection, push: OpenPush, refusal: Refusal): void {
    const { code, words } = refusal;
    const event = { type: "push_refused", code, words, ...facts(push) } as const;
    this.#answer(connection, push, wire.REFUSAL_FLAG, refusal.payload(), event);
  }

  #refuseStopping(connection: Connection, push: OpenPush): void {
    this.#refuse(connection, push, new Refusal("unavailable", "the worker is stopping"));
  }

  /** Answers a push, unless it was answered or dropped before. */
  #answer(connection: Connection, push: OpenPush, flags: number, payload: Uint8Array, event: Event): void {
    if (!connection.open.delete(push)) return;
    this.#emit(event); // first, since the sending may end the connection and the worker
    this.#send(connection, wire.replyFrame(flags, push.stream, push.correlationId, payload));
  }

  // The stop.

  #leaveIfDone(): void {
    const stopping = this.#state === "stopping" && this.#timers.has("grace");
    if (stopping && this.#connection?.open.size === 0) this.#leave();
  }

  /** Refuses what is still open, and disconnects. */
  #leave(): void {
    this.#unset("grace");
    const connection = this.#connection;
    if (connection === null) return;
    for (const push of [...connection.open]) {
      this.#refuseStopping(connection, push);
      push.canceled.abort();
    }
    this.#disconnect(connection);
  }

  #disconnect(connection: Connection): void {
    this.#send(connection, wire.disconnectFrame());
    this.#awaitClose(connection);
  }

  /** Allows the service some time once all has been written, Disconnect included. */
  #awaitClose(connection: Connection): void {
    if (this.#connection !== connection) return;
    if (connection.socket?.bufferedAmount === 0) {
      this.#after("close", CLOSE_TIMEOUT_MS, () => this.#lost(connection, "no close came"));
    } else {
      this.#after("close", LOOK_MS, () => this.#awaitClose(connection));
    }
  }

  #leaveWithin(connection: Connection, ms: number): void {
    this.#after("leave", ms, () => this.#lost(connection, "no close came"));
  }
}

/** What anything that was thrown says; not everything is an Error, or has a text. */
export function textOf(error: unknown): string {
  try {
    return String(error);
  } catch {
    return "something without a text";
  }
}

function facts(push: OpenPush): { correlationId: bigint; durationMs: number } {
  return { correlationId: push.correlationId, durationMs: performance.now() - push.startedAt };
}
