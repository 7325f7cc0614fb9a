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

/** Why a push is refused. */
export type RefusalCode = "busy" | "invalid" | "unavailable" | "internal";

const MAX_WORDS = 1024;

/** A handler throws this to refuse a push. The connection stays open. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  /** An explanation for people; cut to 1,024 bytes of UTF-8. */
  readonly words: string;

  constructor(
    readonly code: RefusalCode,
    words = "",
  ) {
    super(`${code}: ${words}`);
    // The encoder replaces lone surrogates, and a decoder that streams holds back a cut character.
    const whole = new TextEncoder().encode(words).subarray(0, MAX_WORDS);
    this.words = new TextDecoder("utf-8", { ignoreBOM: true }).decode(whole, { stream: true });
  }

  /** The canonical spelling, which every server understands. */
  payload(): Uint8Array {
    return new TextEncoder().encode(JSON.stringify({ code: this.code, words: this.words }));
  }
}

/** A payload that the service sent to this worker. */
export interface Push {
  /** Bytes that mean something to this worker and the application. */
  readonly payload: Uint8Array;
  /** The number of the push on its connection, for logs. */
  readonly correlationId: bigint;
  /** Aborted when the connection ends, and when a stop takes longer than its grace. */
  readonly signal: AbortSignal;
}

/** Does the work of a push and returns the reply's payload, or throws a {@link Refusal}. */
export type Handler = (push: Push) => Promise<Uint8Array> | Uint8Array;

/** What proves who this worker is. */
export interface Token {
  /** The token; never part of a log line, an event or an error. */
  readonly value: string;
  /**
   * Milliseconds until it expires. If it is given, the worker renews the token on its connection;
   * the service must allow that.
   */
  readonly expiresInMs?: number | undefined;
}

/** Gets a token. It is called for each connection; a failure counts as a failed attempt. */
export type TokenSource = () => Promise<Token>;

/** A source that always returns the same token. */
export function fixedToken(value: string): TokenSource {
  return async () => ({ value });
}

/** Where a worker is on its way. */
export type State =
  | "idle"
  | "connecting"
  | "registering"
  | "registered"
  | "waiting"
  | "stopping"
  | "stopped"
  | "failed";

/** How a worker ended; `code` is a close code, an HTTP status, or 0 after a rejection. */
export interface End {
  readonly state: "stopped" | "failed";
  readonly code: number;
  readonly reason: string;
}

/** The result of a registration. After a rejection the earlier one stays in force. */
export type RegisterResult =
  | { readonly accepted: true }
  | { readonly accepted: false; readonly reason: string };

/** A call that the worker cannot carry out in its state. */
export class WorkerError extends Error {
  override readonly name: string = "WorkerError";
}

/** A later `register` replaced this one before it had a result. */
export class SupersededError extends WorkerError {
  override readonly name = "SupersededError";
}

type Of<T extends string, F = object> = Readonly<{ type: T } & F>;
type Answered = { correlationId: bigint; durationMs: number };

/** What a listener gets. Durations are in milliseconds. */
export type Event =
  | Of<"state", { state: State; pauseMs?: number; code?: number; reason?: string }>
  | Of<"connected", { instance: string | null }>
  | Of<"disconnected", { code: number; reason: string; comesBack: boolean }>
  | Of<"rejected", { reason: string; temporary: boolean }>
  | Of<"push_received", { correlationId: bigint; size: number }>
  | Of<"push_replied", Answered & { size: number }>
  | Of<"push_refused", Answered & { code: RefusalCode; words: string }>
  | Of<"push_dropped", Answered>
  | Of<"published", { stream: number; channel: string; size: number }>
  | Of<"publish_refused", { stream: number; code: number; message: string | null }>
  | Of<"renewed">
  | Of<"error", { what: string; error: unknown }>;

/** Gets all events of a worker, in order. What it throws is logged and ignored. */
export type Listener = (event: Event) => void;

/** What `logEvents` and a worker write to; `console` is one. */
export interface Logger {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
}

/** A listener that logs: pushes at debug, errors at warn, all else at info. */
export function logEvents(logger: Logger): Listener {
  return (event) => {
    if (event.type === "error") {
      logger.warn(`${event.what} failed: ${String(event.error)}`);
      return;
    }
    const { type, ...fields } = event;
    const words = Object.entries(fields).map(([key, value]) => `${key}=${String(value)}`);
    const line = [type, ...words].join(" ");
    const quiet = ["push_received", "push_replied", "published"].includes(type);
    if (quiet) logger.debug(line);
    else logger.info(line);
  };
}

/**
 * A listener that counts events by their type, for metrics. At the end of a worker,
 * `push_received` = `push_replied` + `push_refused` + `push_dropped`.
 */
export class EventCounts {
  readonly #counts = new Map<Event["type"], number>();

  /** The listener. */
  readonly listener: Listener = (event) => {
    this.#counts.set(event.type, this.count(event.type) + 1);
  };

  /** How many events of a type there were. */
  count(type: Event["type"]): number {
    return this.#counts.get(type) ?? 0;
  }
}

/** The options of a worker. */
export interface WorkerOptions {
  /** The service's address, `ws://HOST:PORT/liminal` or `wss://...`. */
  readonly url: string;
  /** What this worker declares. */
  readonly registration: Registration;
  /** Does the work of a push. */
  readonly handler: Handler;
  /** Small facts about this worker: names to texts of printable ASCII. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Gets what proves who this worker is. */
  readonly token?: TokenSource | undefined;
  /** Get all events. */
  readonly listeners?: readonly Listener[];
  /** Pushes handled at a time; more are refused as busy. 16 by default. */
  readonly capacity?: number;
  /** What follows a rejection that is not temporary: `retry` by default, or `stop`. */
  readonly onRejection?: "retry" | "stop";
  /** The limit of the first pause before a reconnect: 1,000. */
  readonly initialBackoffMs?: number;
  /** The limit of the longest pause: 60,000. */
  readonly maxBackoffMs?: number;
  /** How long a registration must hold until the back-off starts anew: 30,000. */
  readonly stableAfterMs?: number;
  /** Until the upgrade is answered: 10,000. */
  readonly connectTimeoutMs?: number;
  /** Until Connect is answered, and until WorkerRegister is: 30,000. */
  readonly answerTimeoutMs?: number;
  /** Without a byte from the service for this long, a ping is sent: 40,000. */
  readonly silenceMs?: number;
  /** Without a byte for this long after it, the connection is lost: 10,000. */
  readonly pongTimeoutMs?: number;
  /** How long a stop lets open pushes finish: 10,000. */
  readonly stopGraceMs?: number;
  /** The longest message received or sent, in bytes: 1,048,576. */
  readonly maxMessage?: number;
}
