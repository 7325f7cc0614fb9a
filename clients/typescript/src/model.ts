import type { Registration } from "./wire.js";

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

/** What a listener gets. Durations are in milliseconds. */
export type Event =
  | {
      readonly type: "state";
      readonly state: State;
      readonly pauseMs?: number;
      readonly code?: number;
      readonly reason?: string;
    }
  | { readonly type: "connected"; readonly instance: string | null }
  | {
      readonly type: "disconnected";
      readonly code: number;
      readonly reason: string;
      readonly comesBack: boolean;
    }
  | { readonly type: "rejected"; readonly reason: string; readonly temporary: boolean }
  | { readonly type: "push_received"; readonly correlationId: bigint; readonly size: number }
  | {
      readonly type: "push_replied";
      readonly correlationId: bigint;
      readonly size: number;
      readonly durationMs: number;
    }
  | {
      readonly type: "push_refused";
      readonly correlationId: bigint;
      readonly code: RefusalCode;
      readonly words: string;
      readonly durationMs: number;
    }
  | { readonly type: "push_dropped"; readonly correlationId: bigint; readonly durationMs: number }
  | {
      readonly type: "published";
      readonly stream: number;
      readonly channel: string;
      readonly size: number;
    }
  | {
      readonly type: "publish_refused";
      readonly stream: number;
      readonly code: number;
      readonly message: string | null;
    }
  | { readonly type: "renewed" }
  | { readonly type: "error"; readonly what: string; readonly error: unknown };

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

const LEAST = {
  capacity: 1,
  initialBackoffMs: 1,
  maxBackoffMs: 1,
  stableAfterMs: 0,
  connectTimeoutMs: 1,
  answerTimeoutMs: 1,
  silenceMs: 1,
  pongTimeoutMs: 1,
  stopGraceMs: 0,
  maxMessage: 1024,
};

/** Timers of the platform hold no more than 31 bits. */
const MOST = 2 ** 31 - 1;

/** The options, complete and checked. For this library only. */
export type Settings = Required<Omit<WorkerOptions, "token">> & {
  readonly token: TokenSource | undefined;
  readonly labelText: string;
};

/**
 * Completes and checks the options. For this library only.
 *
 * @throws RangeError if one is outside its range
 */
export function settingsOf(options: WorkerOptions): Settings {
  const given = Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as unknown as WorkerOptions;
  const settings = {
    labels: {},
    listeners: [],
    capacity: 16,
    onRejection: "retry" as const,
    initialBackoffMs: 1_000,
    maxBackoffMs: 60_000,
    stableAfterMs: 30_000,
    connectTimeoutMs: 10_000,
    answerTimeoutMs: 30_000,
    silenceMs: 40_000,
    pongTimeoutMs: 10_000,
    stopGraceMs: 10_000,
    maxMessage: 1_048_576,
    token: undefined,
    ...given,
  };
  for (const [name, least] of Object.entries(LEAST)) {
    const value = settings[name as keyof typeof LEAST];
    const whole = name !== "capacity" && name !== "maxMessage" ? true : Number.isInteger(value);
    check(whole && value >= least && value <= MOST, name, value, `${least} to ${MOST}`);
  }
  const { initialBackoffMs, maxBackoffMs, onRejection, url } = settings;
  check(maxBackoffMs >= initialBackoffMs, "maxBackoffMs", maxBackoffMs, "initialBackoffMs or more");
  check(["retry", "stop"].includes(onRejection), "onRejection", onRejection, "retry, stop");
  const known = /^wss?:\/\/[^#]+$/.test(url) && URL.canParse(url);
  check(known, "url", url, "ws[s]://HOST[:PORT]/PATH");
  return { ...settings, labelText: structured(settings.labels) };
}

/** A dictionary of structured fields, whose values are strings. */
function structured(labels: Readonly<Record<string, string>>): string {
  const entries = Object.entries(labels);
  check(entries.length <= 16, "labels", `${entries.length} labels`, "at most 16");
  for (const [name, text] of entries) {
    check(/^[a-z*][a-z0-9_.*-]{0,63}$/.test(name), "label", name, "lower-case letters, 0-9 _-.*");
    check(/^[ -~]{0,256}$/.test(text), "label", text, "256 characters of ASCII");
  }
  return entries.map(([name, text]) => `${name}="${text.replace(/["\\]/g, "\\$&")}"`).join(", ");
}

/** Throws unless an option is as it must be. For this library only. */
export function check(holds: boolean, name: string, value: unknown, allowed: string): void {
  if (!holds) throw new RangeError(`${name} '${String(value)}' is not allowed; allowed: ${allowed}`);
}
