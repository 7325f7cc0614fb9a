import { Backoff, Connection, type Change, type Closed, type Owner } from "./connection.js";
import {
  SupersededError,
  WorkerError,
  type End,
  type Event,
  type RegisterResult,
  type Settings,
  type State,
  type Token,
} from "./model.js";
import type { Transport } from "./transport.js";
import type { Registration } from "./wire.js";

const USELESS_CODES = [1002, 1003, 1009];
const MAX_REFUSALS = 3;
const MAX_RETRY_AFTER = 3_600;

class Failure extends Error {
  constructor(
    readonly code: number,
    readonly reason: string,
  ) {
    super(reason);
  }
}

class Stopped extends Error {}

/** What the workers of Node.js and of browsers have in common. */
export abstract class CoreWorker {
  readonly #settings: Settings;
  readonly #transport: Transport;
  readonly #inUpgrade: boolean;
  readonly #backoff: Backoff;
  readonly #owner: Owner;
  readonly #ended: Promise<End>;
  #finish!: (end: End) => void;
  #state: State = "idle";
  #registration: Registration;
  #connection: Connection | null = null;
  #change: Change | null = null;
  #refused: string | null = null;
  #refusals = 0;
  #fetched: Token | null = null;
  #stop: ((reason: Stopped) => void) | null = null;
  readonly #stopped: Promise<never>;

  /** Called by the subclasses of this library only. */
  constructor(settings: Settings, transport: Transport, inUpgrade: boolean) {
    this.#settings = settings;
    this.#transport = transport;
    this.#inUpgrade = inUpgrade;
    this.#registration = settings.registration;
    this.#backoff = new Backoff(settings.initialBackoffMs, settings.maxBackoffMs);
    this.#ended = new Promise((resolve) => (this.#finish = resolve));
    this.#stopped = new Promise((_, reject) => (this.#stop = reject));
    this.#stopped.catch(() => {}); // whoever races with it sees it
    this.#owner = this.#ownerOfConnections();
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
    this.#become({ state: "connecting" });
    void this.#run();
  }

  /**
   * Finishes open pushes, leaves, and waits for the end. Works in every state.
   *
   * @param graceMs how long handlers may go on; by default `stopGraceMs`
   */
  async stop(graceMs = this.#settings.stopGraceMs): Promise<End> {
    if (this.#state === "idle") {
      this.#become({ state: "stopping" });
      this.#end({ state: "stopped", code: 0, reason: "" });
    } else if (!["stopping", "stopped", "failed"].includes(this.#state)) {
      this.#become({ state: "stopping" });
      this.#failChange(new WorkerError("the worker is stopping"));
      await this.#connection?.leave(graceMs);
      this.#stop?.(new Stopped());
    }
    return this.#ended;
  }

  /**
   * Replaces the registration: at once if this worker is registered, else when it next is. A
   * rejection leaves the earlier one in force. It fails with a {@link SupersededError} if a later
   * call came before the result, and with a {@link WorkerError} if the worker ends.
   */
  register(registration: Registration): Promise<RegisterResult> {
    if (["stopping", "stopped", "failed"].includes(this.#state)) {
      return Promise.reject(new WorkerError(`the worker is ${this.#state}`));
    }
    this.#failChange(new SupersededError("a later registration replaced this one"));
    return new Promise((resolve, reject) => {
      this.#change = { registration, resolve, reject };
      if (this.#state === "registered") this.#connection?.registerSoon();
    });
  }

  /**
   * Sends one publication on the current connection. A refusal of it is an event.
   *
   * @throws WorkerError if this worker is not registered
   * @throws RangeError if the publication exceeds `maxMessage`
   */
  publish(channel: string, payload: Uint8Array): void {
    if (this.#connection === null || this.#state !== "registered") {
      throw new WorkerError(`the worker is ${this.#state}, not registered`);
    }
    const stream = this.#connection.publish(channel, payload);
    this.#emit({ type: "published", stream, channel, size: payload.length });
  }

  async #run(): Promise<void> {
    let end: End = { state: "stopped", code: 0, reason: "" };
    try {
      while (!this.#isStopping()) {
        const leastMs = await this.#attempt();
        if (this.#isStopping()) break;
        const pauseMs = leastMs + this.#backoff.next();
        this.#become({ state: "waiting", pauseMs });
        await this.#pause(pauseMs);
        this.#become({ state: "connecting" });
      }
    } catch (error) {
      if (error instanceof Failure) end = { state: "failed", code: error.code, reason: error.reason };
      else if (!(error instanceof Stopped)) {
        this.#emit({ type: "error", what: "the worker", error });
        end = { state: "failed", code: 0, reason: `a fault of the library: ${String(error)}` };
      }
    }
    if (this.#isStopping()) end = { state: "stopped", code: 0, reason: "" };
    this.#end(end);
  }

  #isStopping(): boolean {
    return this.#state === "stopping";
  }

  async #pause(ms: number): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      await Promise.race([new Promise((done) => (timer = setTimeout(done, ms))), this.#stopped]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** One connection. Returns the least pause before the next. */
  async #attempt(): Promise<number> {
    let token: Token;
    try {
      token = await this.#usableToken(1008, "the token was refused");
    } catch (error) {
      if (error instanceof Failure || error instanceof Stopped) throw error;
      this.#emit({ type: "error", what: "the token function", error });
      return 0;
    }
    const inUpgrade = this.#inUpgrade && this.#settings.token !== undefined;
    const connection = new Connection(this.#owner, token, inUpgrade);
    this.#connection = connection;
    try {
      await connection.open(this.#transport);
      return this.#closed(await connection.closed);
    } finally {
      this.#connection = null;
    }
  }

  /** Decides what follows the end of a connection. */
  async #closed(closed: Closed): Promise<number> {
    const { code, reason } = closed;
    if (closed.heldMs !== null && closed.heldMs >= this.#settings.stableAfterMs) this.#backoff.reset();
    const useless = this.#isUseless(closed);
    if (this.#isStopping() || closed.rejection !== null || useless) {
      this.#emit({ type: "disconnected", code, reason, comesBack: false });
      if (closed.rejection !== null) throw new Failure(0, closed.rejection);
      if (useless) throw new Failure(code, reason);
      return 0;
    }
    if (this.#isTokenRefused(closed)) await this.#tokenRefused(code, reason, closed.token);
    this.#emit({ type: "disconnected", code, reason, comesBack: true });
    return Math.min(closed.retryAfter ?? 0, MAX_RETRY_AFTER) * 1_000;
  }

  #isUseless({ code, refused, byService }: Closed): boolean {
    if (refused === true) return ![401, 408, 429].includes(code) && !(code >= 500 && code <= 599);
    return byService && (USELESS_CODES.includes(code) || (code >= 4500 && code <= 4999));
  }

  #isTokenRefused({ code, refused, byService, tokenRefused }: Closed): boolean {
    return refused === true ? code === 401 : tokenRefused || (byService && code === 1008);
  }

  /** Goes on only with another token, at most three times in a row. */
  async #tokenRefused(code: number, reason: string, token: Token): Promise<void> {
    this.#refusals++;
    this.#refused = token.value;
    try {
      if (this.#settings.token === undefined || this.#refusals > MAX_REFUSALS) {
        throw new Failure(code, reason);
      }
      this.#fetched = await this.#usableToken(code, reason);
    } catch (error) {
      if (error instanceof Stopped) throw error;
      if (error instanceof Failure) {
        this.#emit({ type: "disconnected", code, reason, comesBack: false });
        throw error;
      }
      this.#emit({ type: "error", what: "the token function", error });
    }
  }

  /** A token that was not refused before. */
  async #usableToken(code: number, reason: string): Promise<Token> {
    const token = this.#fetched ?? (await Promise.race([this.#fetchToken(), this.#stopped]));
    this.#fetched = null;
    if (this.#settings.token !== undefined && token.value === this.#refused) {
      throw new Failure(code, reason);
    }
    return token;
  }

  async #fetchToken(): Promise<Token> {
    return this.#settings.token === undefined ? { value: "" } : this.#settings.token();
  }

  #end(end: End): void {
    const { state, code, reason } = end;
    this.#become(state === "failed" ? { state, code, reason } : { state });
    this.#failChange(new WorkerError(`the worker is ${state}`));
    this.#finish(end);
  }

  #failChange(error: WorkerError): void {
    const change = this.#change;
    this.#change = null;
    change?.reject(error);
  }

  #become(change: Omit<Event & { type: "state" }, "type">): void {
    const stopping = this.#state === "stopping" && change.state !== "stopped";
    if (stopping) return; // whoever stops decides what follows
    this.#state = change.state;
    this.#emit({ type: "state", ...change });
  }

  #emit(event: Event): void {
    for (const listener of this.#settings.listeners) {
      try {
        listener(event);
      } catch (error) {
        console.warn("a listener of the worker failed", error);
      }
    }
  }

  #ownerOfConnections(): Owner {
    const state = () => this.#state;
    const change = () => this.#change;
    const registration = () => this.#registration;
    return {
      settings: this.#settings,
      running: 0,
      get state() {
        return state();
      },
      get change() {
        return change();
      },
      get registration() {
        return registration();
      },
      emit: (event) => this.#emit(event),
      registering: () => {
        if (this.#state === "connecting") this.#become({ state: "registering" });
      },
      accepted: (accepted) => {
        this.#registration = accepted;
        this.#refused = null;
        this.#refusals = 0;
        if (this.#state === "registering") this.#become({ state: "registered" });
      },
      settle: (settled, result) => {
        if (settled === null || settled !== this.#change) return;
        this.#change = null;
        settled.resolve(result);
      },
      fetchToken: () => this.#fetchToken(),
    };
  }
}
